import { type AccessKeyRecord, accessKeyKey } from "@portcullis/iam/record/access-key";
import { type RoleRecord, roleKey } from "@portcullis/iam/record/role";
import { type RootRecord, rootKey } from "@portcullis/iam/record/root";
import { type UserPrincipal, type UserRecord, userKey } from "@portcullis/iam/record/user";
import type { SessionOwner } from "@portcullis/iam/session-claims";
import type { Key, RecordKey, Stored } from "@portcullis/iam/store";

/** The record that credentials live by, and the principal that it holds. */
export type PrincipalRecord = {
  /** What sessions that live by the record name in their tokens. */
  readonly owner: SessionOwner;
  /** Of an access key, a user, a role or a root user. */
  readonly key: Key;
  readonly version: number;
} & (
  | { readonly type: "User"; readonly principal: UserPrincipal }
  | { readonly type: "Role"; readonly role: RoleRecord }
  | { readonly type: "Root" }
);

type OwnerRecord = AccessKeyRecord | RoleRecord | RootRecord | UserRecord;

/** The key of the record that a session lives by. */
export function ownerKey(
  account: string,
  owner: SessionOwner,
  managementAccount: string,
): RecordKey<OwnerRecord> {
  switch (owner.kind) {
    case "root":
      return rootKey(account);
    case "role":
      return roleKey(account, owner.name);
    case "user":
      return userKey(account, owner.name);
    case "key":
      return accessKeyKey(owner.name, managementAccount);
  }
}

/**
 * The principal of a stored record. Undefined if the access key is inactive, or if the record is
 * not of the owner's kind.
 */
export function principalRecordOf(
  owner: SessionOwner,
  { key, version, data }: Stored<OwnerRecord>,
): PrincipalRecord | undefined {
  const record = { owner, key, version };
  switch (owner.kind) {
    case "root":
      return { ...record, type: "Root" };
    case "role":
      return "trust" in data ? { ...record, type: "Role", role: data } : undefined;
    case "user":
      return "principal" in data && !("sealedSecret" in data)
        ? { ...record, type: "User", principal: data.principal }
        : undefined;
    case "key": {
      if (!("sealedSecret" in data)) return undefined;
      const { status, principal } = data;
      if (status !== "Active") return undefined;
      return principal.type === "Root"
        ? { ...record, type: "Root" }
        : { ...record, type: "User", principal };
    }
  }
}

/** The unique id that a session of the principal holds: that of a deleted one never comes back. */
export function uniqueIdOf(record: PrincipalRecord): string {
  if (record.type === "Role") return record.role.id;
  return record.type === "User" ? record.principal.id : record.key.account;
}
