import type { AccessKeyRecord } from "@portcullis/iam/record/access-key";
import { accessKeyKey } from "@portcullis/iam/record/access-key";
import { type RoleRecord, roleKey } from "@portcullis/iam/record/role";
import { rootKey } from "@portcullis/iam/record/root";
import { type UserPrincipal, type UserRecord, userKey } from "@portcullis/iam/record/user";
import type { SessionOwner } from "@portcullis/iam/session-claims";
import { isSessionOwner } from "@portcullis/iam/session-token";
import type { Key, Stored } from "@portcullis/iam/store";

/** The record that credentials live by, and the principal that it holds. */
export type PrincipalRecord = {
  /** An access key, a user, a role or a root user. */
  readonly key: Key;
  readonly version: number;
} & (
  | { readonly type: "User"; readonly principal: UserPrincipal }
  | { readonly type: "Role"; readonly role: RoleRecord }
  | { readonly type: "Root" }
);

/** The key of the record that a session lives by. */
export function ownerKey(account: string, owner: SessionOwner, managementAccount: string): Key {
  if (owner === "root") return rootKey(account);
  const name = owner.slice(owner.indexOf("/") + 1);
  if (owner.startsWith("role/")) return roleKey(account, name);
  if (owner.startsWith("user/")) return userKey(account, name);
  return accessKeyKey(name, managementAccount);
}

/** The principal of a stored record. Undefined: it is an access key that is inactive. */
export function principalRecordOf(
  owner: SessionOwner,
  { key, version, data }: Stored,
): PrincipalRecord | undefined {
  const record = { key, version };
  if (owner === "root") return { ...record, type: "Root" };
  if (owner.startsWith("role/")) return { ...record, type: "Role", role: data as RoleRecord };
  if (owner.startsWith("user/"))
    return { ...record, type: "User", principal: (data as UserRecord).principal };
  const { status, principal } = data as AccessKeyRecord;
  if (status !== "Active") return undefined;
  return principal.type === "Root"
    ? { ...record, type: "Root" }
    : { ...record, type: "User", principal };
}

/** The unique id that a session of the principal holds: that of a deleted one never comes back. */
export function uniqueIdOf(record: PrincipalRecord): string {
  if (record.type === "Role") return record.role.id;
  return record.type === "User" ? record.principal.id : record.key.account;
}

/** What a session that lives by the record names in its token. */
export function sessionOwnerOf({ key }: PrincipalRecord): SessionOwner {
  if (!isSessionOwner(key.partition)) throw new TypeError(`no session lives by ${key.partition}`);
  return key.partition;
}
