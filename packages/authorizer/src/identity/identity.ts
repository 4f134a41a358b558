import { accountOfAccessKeyId } from "@portcullis/iam/access-key-id";
import {
  type AccessKeyRecord,
  accessKeyKey,
  accessKeySeal,
} from "@portcullis/iam/record/access-key";
import { ACCOUNT_COPIES, type AccountRecord, accountKey } from "@portcullis/iam/record/account";
import { type OrganizationRecord, organizationKey } from "@portcullis/iam/record/organization";
import { type RoleRecord, roleKey } from "@portcullis/iam/record/role";
import { rootKey } from "@portcullis/iam/record/root";
import { type UserPrincipal, type UserRecord, userKey } from "@portcullis/iam/record/user";
import { SealBroken, type Sealer } from "@portcullis/iam/sealer";
import {
  openSession,
  ownerOfToken,
  type SessionClaims,
  type SessionOwner,
  sealedPart,
} from "@portcullis/iam/session-token";
import type { Key, Reader, Stored } from "@portcullis/iam/store";
import { type BoundedCache, boundedCache } from "../cache/bounded-cache.ts";

/** Credentials as a request names them; nothing is proven yet. */
export interface NamedCredentials {
  readonly accessKeyId: string;
  readonly sessionToken?: string | undefined;
}

/** Whose the credentials would be, and the secret that the request must have been signed with. */
export interface Identity {
  readonly accessKeyId: string;
  readonly secret: string;
  readonly account: string;
  readonly accountRecord: Stored<AccountRecord>;
  /** Of a member account. */
  readonly organization?: Stored<OrganizationRecord>;
  readonly holder: Holder;
  readonly claims?: SessionClaims;
}

/** The record that the principal's own policies come from, with its version. */
export type Holder =
  | {
      readonly type: "User";
      readonly principal: UserPrincipal;
      readonly place: string;
      readonly version: number;
    }
  | {
      readonly type: "Role";
      readonly role: RoleRecord;
      readonly place: string;
      readonly version: number;
    }
  | { readonly type: "Root"; readonly place: string; readonly version: number };

export interface Refusal {
  readonly ok: false;
  readonly code: "InvalidClientTokenId" | "ExpiredToken";
  /** For the log; never for the caller. */
  readonly reason: string;
}

export interface Directory {
  readonly reader: Reader;
  readonly managementAccount: string;
  /** The key ring's own record, to be fetched along with the first read; undefined once it is at hand. */
  readonly pendingKeyRing: () => Key | undefined;
  /**
   * A sealer for opening `sealed`; given the key ring's record when that was pending. The ring is read again when the text names a
   * key that was added since.
   */
  readonly sealer: (sealed: string, keyRing: Stored | undefined) => Promise<Sealer>;
}

const INVALID = (reason: string): Refusal => ({ ok: false, code: "InvalidClientTokenId", reason });

/** What one strongly consistent read tells of whom credentials belong to, and of their account. */
export interface OwnerRead {
  readonly ok: true;
  readonly record: Stored | undefined;
  readonly accountRecord: Stored<AccountRecord>;
  readonly organization: Stored<OrganizationRecord> | undefined;
  /** The key ring's own record, where that was still to be read. */
  readonly keyRing: Stored | undefined;
  readonly also: readonly (Stored | undefined)[];
}

/** The record at `owner`, its account's and what else the decision needs of the table, in one read. */
export async function readOwner(
  { managementAccount, reader, pendingKeyRing }: Directory,
  account: string,
  owner: Key,
  also: readonly Key[] = [],
): Promise<OwnerRead | Refusal> {
  const keyRingKey = pendingKeyRing();
  const copy = Math.floor(Math.random() * ACCOUNT_COPIES);
  // Every account but the management account is a member, and bound by the organization's guardrails.
  const isMember = account !== managementAccount;
  const found = await reader.get([
    owner,
    accountKey(account, copy),
    ...(isMember ? [organizationKey(managementAccount, copy)] : []),
    ...(keyRingKey ? [keyRingKey] : []),
    ...also,
  ]);
  const [record, accountRecord, ...others] = found;
  const organization = isMember ? others.shift() : undefined;
  const keyRing = keyRingKey ? others.shift() : undefined;
  if (accountRecord === undefined) return INVALID("the account does not exist");
  // Nothing is proven yet, and whoever can spell an account's id can name a key of it: nobody is told that it was closed.
  if (accountRecord.data.status !== "ACTIVE") return INVALID("the account is not active");
  return {
    ok: true,
    record,
    accountRecord,
    organization: organization as Stored<OrganizationRecord> | undefined,
    keyRing,
    also: others,
  };
}

/** Find whose credentials these are, with one strongly consistent read, which fetches `also` along. */
export async function identify(
  directory: Directory,
  { accessKeyId, sessionToken }: NamedCredentials,
  now: Date,
  also: readonly Key[] = [],
): Promise<
  | {
      readonly ok: true;
      readonly identity: Identity;
      readonly also: readonly (Stored | undefined)[];
    }
  | Refusal
> {
  const { managementAccount } = directory;
  if (!/^\w{1,128}$/.test(accessKeyId)) return INVALID("the access key id is malformed");
  const account = accountOfAccessKeyId(accessKeyId) ?? managementAccount;
  const owner =
    sessionToken === undefined ? (`key/${accessKeyId}` as const) : ownerOfToken(sessionToken);
  if (owner === undefined) return INVALID("the session token is none of ours");
  const read = await readOwner(
    directory,
    account,
    ownerKey(account, owner, managementAccount),
    also,
  );
  if (!read.ok) return read;
  const { record, accountRecord, organization, keyRing } = read;
  if (record === undefined)
    return INVALID(`the credentials' own record (a ${owner.split("/")[0]}) is gone`);
  const found = { account, accessKeyId, accountRecord, ...(organization ? { organization } : {}) };
  const holder = holderOf(owner, record);
  if (holder === undefined) return INVALID("the access key is inactive");
  if (sessionToken === undefined) {
    const { sealedSecret } = record.data as AccessKeyRecord;
    const sealer = await directory.sealer(sealedSecret, keyRing);
    const secret = openSecret(sealer, sealedSecret, account, accessKeyId);
    return { ok: true, identity: { ...found, holder, secret }, also: read.also };
  }
  const sealer = await directory.sealer(sealedPart(sessionToken), keyRing);
  const claims = tryOpen(sealer, sessionToken, accessKeyId);
  if (claims === undefined || claims.account !== account)
    return INVALID("the session token is not whole, or not this key's");
  if (claims.expiresAt * 1000 <= now.getTime())
    return { ok: false, code: "ExpiredToken", reason: "the session has expired" };
  if (claims.ownerId !== idOf(holder, account))
    return INVALID("the session's user or role was deleted and made anew");
  return {
    ok: true,
    identity: { ...found, holder, claims, secret: claims.secret },
    also: read.also,
  };
}

function ownerKey(account: string, owner: SessionOwner, managementAccount: string): Key {
  if (owner === "root") return rootKey(account);
  const name = owner.slice(owner.indexOf("/") + 1);
  if (owner.startsWith("role/")) return roleKey(account, name);
  if (owner.startsWith("user/")) return userKey(account, name);
  return accessKeyKey(name, managementAccount);
}

function holderOf(owner: SessionOwner, record: Stored): Holder | undefined {
  const { version } = record;
  const place = `${record.key.account}#${record.key.partition}`;
  if (owner === "root") return { type: "Root", place, version };
  if (owner.startsWith("role/"))
    return { type: "Role", role: record.data as RoleRecord, place, version };
  if (owner.startsWith("user/"))
    return { type: "User", principal: (record.data as UserRecord).principal, place, version };
  const { status, principal } = record.data as AccessKeyRecord;
  if (status !== "Active") return undefined;
  return principal.type === "Root"
    ? { type: "Root", place, version }
    : { type: "User", principal, place, version };
}

function idOf(holder: Holder, account: string): string {
  if (holder.type === "Role") return holder.role.id;
  return holder.type === "User" ? holder.principal.id : account;
}

function tryOpen(sealer: Sealer, token: string, accessKeyId: string): SessionClaims | undefined {
  try {
    return openSession(sealer, token, accessKeyId);
  } catch (error) {
    if (error instanceof SealBroken) return undefined;
    throw error;
  }
}

// Opened secrets are kept for the records seen last: opening costs more than a look-up, and the sealed text is part of the name. Each
// sealer has its own, so that none gives what it could not open itself.
const opened = new WeakMap<Sealer, BoundedCache<string>>();
const OPENED_AT_MOST = 1000;

function openSecret(sealer: Sealer, sealed: string, account: string, accessKeyId: string): string {
  let kept = opened.get(sealer);
  if (kept === undefined) {
    kept = boundedCache(OPENED_AT_MOST);
    opened.set(sealer, kept);
  }
  const name = `${accessKeyId} ${sealed}`;
  const known = kept.get(name);
  if (known !== undefined) return known;
  const secret = Buffer.from(sealer.open(sealed, accessKeySeal(account, accessKeyId))).toString(
    "utf8",
  );
  kept.set(name, secret);
  return secret;
}
