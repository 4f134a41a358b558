import { encodeDocument } from "../document.ts";
import { ApiError, noSuchEntity } from "../error.ts";
import type { OperationContext, Target } from "../model/operation.ts";
import { accountCountKey } from "../record/account.ts";
import { roleLastUsedKey } from "../record/last-used.ts";
import type { AttachmentEntry } from "../record/managed-policy.ts";
import { type RoleEntry, type RoleRecord, roleArn, roleKey } from "../record/role.ts";
import { deleteListEntry, putListEntry } from "./list-entries.ts";

type Scope = Pick<OperationContext, "account" | "unit">;

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

/** A role that its account may change. @throws {ApiError} `NoSuchEntity`; `UnmodifiableEntity` for a service-linked role */
export async function findModifiableRole(scope: Scope, name: string): Promise<RoleRecord> {
  const role = await findRole(scope, name);
  if (isServiceLinked(role)) throw unmodifiableRole(role);
  return role;
}

export const unmodifiableRole = ({ name }: Pick<RoleRecord, "name">): ApiError =>
  new ApiError(
    "UnmodifiableEntity",
    `Cannot perform the operation on the protected role '${name}' - this role is only modifiable by AWS`,
  );

/** Where service-linked roles live; no other role is ever made there. */
export const SERVICE_ROLE_PATH = "/aws-service-role/";

export const isServiceLinked = ({ path }: { readonly path: string }): boolean =>
  path.startsWith(SERVICE_ROLE_PATH);

export const saveRole = ({ account, unit }: Scope, role: RoleRecord): void =>
  unit.put(roleKey(account, role.name), role);

/** Write a new role. @throws {ApiError} `EntityAlreadyExists`; at commit `LimitExceeded` */
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

export function removeRole(scope: Scope, role: RoleRecord): void {
  const { account, unit } = scope;
  unit.delete(roleKey(account, role.name));
  deleteListEntry(scope, "roles", role);
  unit.delete(roleLastUsedKey(account, role.id), { expect: "any" });
  unit.count(accountCountKey(account, "roles"), "count", -1);
}

/** A role as the policies that it uses list it. */
export const roleAsHolder = ({ name, id, path }: RoleRecord): AttachmentEntry => ({
  type: "Role",
  name,
  id,
  path,
});

/** A role as the target of an operation; one that is not there still has an ARN, so that a refusal tells nothing of it. */
export async function roleTarget(context: OperationContext, name: string): Promise<Target> {
  const role = await lookUpRole(context, name);
  return {
    arn: roleArn(role ?? { account: context.account, path: "/", name }),
    resourceName: `role ${name}`,
    ...(role ? { tags: role.tags } : {}),
  };
}

/** A role as every answer shows it; `trust` is its trust document as it reads now. */
export const describeRole = (role: RoleRecord, trust: string) => ({
  Path: role.path,
  RoleName: role.name,
  RoleId: role.id,
  Arn: roleArn(role),
  CreateDate: new Date(role.createdAt),
  AssumeRolePolicyDocument: encodeDocument(trust),
});
