import { ACCOUNT_COPIES, type AccountRecord, accountKey } from "@portcullis/iam/record/account";
import { type OrganizationRecord, organizationKey } from "@portcullis/iam/record/organization";
import type { Sealer } from "@portcullis/iam/sealer";
import type { Key, Reader, Stored } from "@portcullis/iam/store";

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
export interface PrincipalRead {
  readonly ok: true;
  readonly record: Stored | undefined;
  readonly accountRecord: Stored<AccountRecord>;
  /** Of a member account. */
  readonly organization: Stored<OrganizationRecord> | undefined;
  /** The key ring's record, where it was pending. */
  readonly keyRing: Stored | undefined;
  /** The records of the extra keys, in their order. */
  readonly extra: readonly (Stored | undefined)[];
}

/**
 * Reads the record at `key` of an account with one strongly consistent read, and `extra` with it.
 */
export async function readPrincipalRecord(
  { managementAccount, reader, pendingKeyRing }: Directory,
  account: string,
  key: Key,
  extra: readonly Key[] = [],
): Promise<PrincipalRead | Refusal> {
  const keyRingKey = pendingKeyRing();
  const copy = Math.floor(Math.random() * ACCOUNT_COPIES);
  // Every account but the management account is a member, bound by the organization's guardrails.
  const isMember = account !== managementAccount;
  const found = await reader.get([
    key,
    accountKey(account, copy),
    ...(isMember ? [organizationKey(managementAccount, copy)] : []),
    ...(keyRingKey ? [keyRingKey] : []),
    ...extra,
  ]);
  const [record, accountRecord, ...others] = found;
  const organization = isMember ? others.shift() : undefined;
  const keyRing = keyRingKey ? others.shift() : undefined;
  if (accountRecord === undefined) return invalidToken("the account does not exist");
  // Nothing is proven yet, and an access key id can be made up for any account id: the answer does
  // not tell a closed account from an unknown key.
  if (accountRecord.data.status !== "ACTIVE") return invalidToken("the account is not active");
  return {
    ok: true,
    record,
    accountRecord,
    organization: organization as Stored<OrganizationRecord> | undefined,
    keyRing,
    extra: others,
  };
}
