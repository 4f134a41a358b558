import { ACCOUNT_COPIES, type AccountRecord, accountKey } from "@portcullis/iam/record/account";
import { type OrganizationRecord, organizationKey } from "@portcullis/iam/record/organization";
import type { Sealer } from "@portcullis/iam/sealer";
import {
  type Key,
  type Reader,
  type RecordKey,
  type Records,
  recordsOf,
  type Stored,
} from "@portcullis/iam/store";

/** Where credentials are looked up. */
export interface Directory {
  readonly reader: Reader;
  readonly managementAccount: string;
  /** The key ring's record, to be fetched with the first read. Undefined once it is loaded. */
  readonly pendingKeyRing: () => Key | undefined;
  /**
   * A sealer that opens `sealed`. It takes the key ring's record when that was pending, and reads
   * the key ring again when the text names a newer key.
   */
  readonly sealer: (sealed: string, keyRing: Stored | undefined) => Promise<Sealer>;
}

export interface Refusal {
  readonly ok: false;
  readonly code: "InvalidClientTokenId" | "ExpiredToken";
  /** For the log. The caller never sees it. */
  readonly reason: string;
}

/** A refusal as AWS answers credentials that it does not know. */
export const invalidToken = (reason: string): Refusal => ({
  ok: false,
  code: "InvalidClientTokenId",
  reason,
});

/** A principal's record, its account's, and what else the decision needs of the table. */
export interface PrincipalRead<Data, Extra extends readonly Key[]> {
  readonly ok: true;
  readonly record: Stored<Data> | undefined;
  readonly accountRecord: Stored<AccountRecord>;
  /** Of a member account. */
  readonly organization: Stored<OrganizationRecord> | undefined;
  /** The key ring's record, where it was pending. */
  readonly keyRing: Stored | undefined;
  /** The records of the extra keys, in their order. */
  readonly extra: Records<Extra>;
}

/**
 * Reads the record at `key` of an account with one strongly consistent read, and `extra` with it.
 */
export async function readPrincipalRecord<Data, const Extra extends readonly Key[]>(
  { managementAccount, reader, pendingKeyRing }: Directory,
  account: string,
  key: RecordKey<Data>,
  extra: Extra,
): Promise<PrincipalRead<Data, Extra> | Refusal> {
  const keyRingKey = pendingKeyRing();
  const copy = Math.floor(Math.random() * ACCOUNT_COPIES);
  // Every account but the management account is a member, bound by the organization's guardrails.
  const isMember = account !== managementAccount;
  const principalKeys = [key, accountKey(account, copy)] as const;
  const organizationKeys = isMember ? [organizationKey(managementAccount, copy)] : [];
  const found: readonly (Stored | undefined)[] = await reader.get([
    ...principalKeys,
    ...organizationKeys,
    ...(keyRingKey ? [keyRingKey] : []),
    ...extra,
  ]);
  const [record, accountRecord] = recordsOf(principalKeys, found);
  const others = found.slice(principalKeys.length);
  const [organization] = recordsOf(organizationKeys, others.splice(0, organizationKeys.length));
  const keyRing = keyRingKey ? others.shift() : undefined;
  if (accountRecord === undefined) return invalidToken("the account does not exist");
  // Nothing is proven yet, and an access key id can be made up for any account id: the answer does
  // not tell a closed account from an unknown key.
  if (accountRecord.data.status !== "ACTIVE") return invalidToken("the account is not active");
  return {
    ok: true,
    record,
    accountRecord,
    organization,
    keyRing,
    extra: recordsOf(extra, others),
  };
}
