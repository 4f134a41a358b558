import { accountOfAccessKeyId } from "@portcullis/iam/access-key-id";
import type { AccountRecord } from "@portcullis/iam/record/account";
import type { OrganizationRecord } from "@portcullis/iam/record/organization";
import { SealBroken, type Sealer } from "@portcullis/iam/sealer";
import type { SessionClaims, SessionOwner } from "@portcullis/iam/session-claims";
import { openSession, ownerOfToken, sealedPart } from "@portcullis/iam/session-token";
import type { Key, Records, Stored } from "@portcullis/iam/store";
import { type Directory, invalidToken, type Refusal, readPrincipalRecord } from "./directory.ts";
import { openSecret } from "./opened-secrets.ts";
import {
  ownerKey,
  type PrincipalRecord,
  principalRecordOf,
  uniqueIdOf,
} from "./principal-record.ts";

/** Credentials as a request names them. Nothing is proven yet. */
export interface PresentedCredentials {
  readonly accessKeyId: string;
  readonly sessionToken?: string | undefined;
}

/** Whose the credentials are, if the request is signed with `secret`. */
export interface Identity {
  readonly accessKeyId: string;
  readonly secret: string;
  readonly account: string;
  readonly accountRecord: Stored<AccountRecord>;
  /** Of a member account. */
  readonly organization?: Stored<OrganizationRecord>;
  readonly principalRecord: PrincipalRecord;
  /** Of temporary credentials. */
  readonly claims?: SessionClaims;
}

export interface Identified<Extra extends readonly Key[]> {
  readonly ok: true;
  readonly identity: Identity;
  /** The records of the extra keys, in their order. */
  readonly extra: Records<Extra>;
}

/** Finds whose the credentials are, with one strongly consistent read that fetches `extra` too. */
export async function identify<const Extra extends readonly Key[]>(
  directory: Directory,
  { accessKeyId, sessionToken }: PresentedCredentials,
  now: Date,
  extra: Extra,
): Promise<Identified<Extra> | Refusal> {
  const { managementAccount } = directory;
  if (!/^\w{1,128}$/.test(accessKeyId)) return invalidToken("the access key id is malformed");
  const account = accountOfAccessKeyId(accessKeyId) ?? managementAccount;
  const owner =
    sessionToken === undefined
      ? ({ kind: "key", name: accessKeyId } as const)
      : ownerOfToken(sessionToken);
  if (owner === undefined) return invalidToken("the session token is not one of this installation");
  const key = ownerKey(account, owner, managementAccount);
  const read = await readPrincipalRecord(directory, account, key, extra);
  if (!read.ok) return read;
  const { record, accountRecord, organization, keyRing } = read;
  if (record === undefined) return invalidToken(absent(owner, sessionToken));
  const principalRecord = principalRecordOf(owner, record);
  if (principalRecord === undefined) return invalidToken("the access key is inactive");
  const found = {
    account,
    accessKeyId,
    accountRecord,
    principalRecord,
    ...(organization ? { organization } : {}),
  };
  if (sessionToken === undefined) {
    if (!("sealedSecret" in record.data)) return invalidToken("the record is no access key");
    const { sealedSecret } = record.data;
    const sealer = await directory.sealer(sealedSecret, keyRing);
    const secret = openSecret(sealer, sealedSecret, account, accessKeyId);
    return { ok: true, identity: { ...found, secret }, extra: read.extra };
  }
  const sealer = await directory.sealer(sealedPart(sessionToken), keyRing);
  const claims = tryOpen(sealer, sessionToken, accessKeyId);
  if (claims === undefined || claims.account !== account)
    return invalidToken("the session token was altered, or belongs to another access key");
  if (claims.expiresAt * 1000 <= now.getTime())
    return { ok: false, code: "ExpiredToken", reason: "the session has expired" };
  if (claims.ownerId !== uniqueIdOf(principalRecord))
    return invalidToken("the session's user or role was deleted and created again");
  return { ok: true, identity: { ...found, claims, secret: claims.secret }, extra: read.extra };
}

/** Why there is no record. A deleted access key leaves none, so it looks like one never issued. */
function absent(owner: SessionOwner, sessionToken: string | undefined): string {
  if (sessionToken === undefined)
    return "the access key does not exist: it was never issued, or was deleted";
  return `the session's ${owner.kind === "root" ? "root user" : owner.kind} was deleted`;
}

function tryOpen(sealer: Sealer, token: string, accessKeyId: string): SessionClaims | undefined {
  try {
    return openSession(sealer, token, accessKeyId);
  } catch (error) {
    if (error instanceof SealBroken) return undefined;
    throw error;
  }
}
