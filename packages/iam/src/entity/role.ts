import { encodeDocument } from "../document.ts";
import { ApiError, noSuchEntity } from "../error.ts";
import type { OperationContext, Target } from "../model/operation.ts";
import { accountCountKey } from "../record/account.ts";
import { roleLastUsedKey } from "../record/last-used.ts";
import type { AttachmentEntry } from "../record/managed-policy.ts";
import { type RoleEntry, type RoleRecord, roleArn, roleKey } from "../record/role.ts";
import { deleteListEntry, putListEntry } from "./list-entries.ts";

type Scope = Pick<OperationContext, "account" | "unit">;

/** Returns the role with this name, if there is one. */
export const lookUpRole = (
  { account, unit }: Scope,
  name: string,
): Promise<RoleRecord | undefined> => unit.get(roleKey(account, name));

/** @throws {ApiError} `NoSuchEntity` */
export async function findRole(scope: Scope, name: string): Promise<RoleRecord> {
  const role = await lookUpRole(scope, name);
  if (role === undefined) throw noSuchEntity(`The role with name ${name} cannot be found.`);
  return role;
}

/**
 * Returns a role that its account may change.
 * @throws {ApiError} `NoSuchEntity`; `UnmodifiableEntity` for a service-linked role
 */
export async function findModifiableRole(scope: Scope, name: string): Promise<RoleRecord> {
  const role = await findRole(scope, name);
  if (isServiceLinked(role)) throw unmodifiableRole(role);
  return role;
}

/** Returns AWS's error for changes to a service-linked role. */
export const unmodifiableRole = ({ name }: Pick<RoleRecord, "name">): ApiError =>
  new ApiError(
    "UnmodifiableEntity",
    `Cannot perform the operation on the protected role '${name}' - this role is only modifiable by AWS`,
  );

/** The path of service-linked roles. No other role can have it. */
export const SERVICE_ROLE_PATH = "/aws-service-role/";

/** Returns whether the role is service-linked, which its path shows. */
export const isServiceLinked = ({ path }: { readonly path: string }): boolean =>
  path.startsWith(SERVICE_ROLE_PATH);

/** Writes the role's record. */
export const saveRole = ({ account, unit }: Scope, role: RoleRecord): void =>
  unit.put(roleKey(account, role.name), role);

/**
 * Writes a new role with its list entries.
 * @throws {ApiError} `EntityAlreadyExists`; at commit `LimitExceeded`
 */
export async function addRole(context: OperationContext, role: RoleRecord): Promise<void> {
  const { account, unit, settings } = context;
  if (await lookUpRole(context, role.name)) {
    throw new ApiError("EntityAlreadyExists", `Role with name ${role.name} already exists.`);
  }
  saveRole(context, role);
  putListEntry<RoleEntry>(context, "roles", role, { name: role.name });
  const limit = settings.quotas.roles;
  unit.count(accountCountKey(account, "roles"), "count", 1, {
    limit,
    error: () => new ApiError("LimitExceeded", `Cannot exceed quota for RolesPerAccount: ${limit}`),
  });
}

/** Deletes a role's record, its list entries and its last use. */
export function removeRole(scope: Scope, role: RoleRecord): void {
  const { account, unit } = scope;
  unit.delete(roleKey(account, role.name));
  deleteListEntry(scope, "roles", role);
  unit.delete(roleLastUsedKey(account, role.id), { expect: "any" });
  unit.count(accountCountKey(account, "roles"), "count", -1);
}

/** Returns a role's entry in the usage records of policies. */
export const roleAsHolder = ({ name, id, path }: RoleRecord): AttachmentEntry => ({
  type: "Role",
  name,
  id,
  path,
});

/**
 * Returns a role as the target of an operation. A missing role has an ARN too, so that a refusal
 * does not reveal whether it exists.
 */
export async function roleTarget(context: OperationContext, name: string): Promise<Target> {
  const role = await lookUpRole(context, name);
  return {
    arn: roleArn(role ?? { account: context.account, path: "/", name }),
    resourceName: `role ${name}`,
    ...(role ? { tags: role.tags } : {}),
  };
}

/**
 * Returns the response members of a role.
 * @param trust the role's trust policy with the current ARNs of its principals
 */
export const describeRole = (role: RoleRecord, trust: string) => ({
  Path: role.path,
  RoleName: role.name,
  RoleId: role.id,
  Arn: roleArn(role),
  CreateDate: new Date(role.createdAt),
  AssumeRolePolicyDocument: encodeDocument(trust),
});
