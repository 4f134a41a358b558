import type { Principal } from "@portcullis/policy";
import { assumedRoleArn, parseUserArn } from "../arn.ts";
import { ApiError, noSuchEntity } from "../error.ts";
import type { OperationContext } from "../model/operation.ts";
import { findPolicy } from "../permission/policy-arn.ts";
import { type GroupRecord, groupArn, groupKey, groupNameKey } from "../record/group.ts";
import { policyNameOf } from "../record/managed-policy.ts";
import type { PolicyHolder } from "../record/policy-holder.ts";
import { roleArn, roleKey } from "../record/role.ts";
import type { Tag } from "../record/tag.ts";
import { userArn, userKey } from "../record/user.ts";

type Scope = Pick<OperationContext, "account" | "unit">;
/** An entity that policies can be attached to. */
export type EntityType = "user" | "group" | "role";

/** A simulated user, group or role with its policies. */
export interface SimulatedEntity {
  /** A group is simulated as a user who is in no other group; a role as one of its sessions. */
  readonly principal: Principal;
  readonly tags: readonly Tag[];
  readonly userName?: string;
  readonly policies: readonly EntityPolicy[];
  readonly boundary?: EntityPolicy;
}

/** A policy of the entity, with its identifiers. */
export interface EntityPolicy {
  readonly id: string;
  readonly sourceId: string;
  readonly document: string;
  readonly from:
    | { readonly arn: string }
    | { readonly policyName: string; readonly holder: EntityType; readonly holderName: string };
}

/** The user id of a caller that is known by its ARN only. */
export const UNKNOWN_USER_ID = "";

/**
 * A simulated caller, from the text of its ARN only, so that a simulation does not reveal whether
 * the user exists.
 * @throws {ApiError} `InvalidInput` if it is not a user's ARN (IAM API/SimulateCustomPolicy)
 */
export function callerOfArn(arn: string): SimulatedEntity {
  const user = parseUserArn(arn);
  if (user === undefined)
    throw new ApiError("InvalidInput", `Invalid Caller Arn: ${arn} is not a user's.`);
  const { account, name: userName } = user;
  return {
    principal: { type: "User", account, arn, userId: UNKNOWN_USER_ID },
    tags: [],
    userName,
    policies: [],
  };
}

/**
 * Finds a user, group or role by its ARN.
 * @throws {ApiError} `InvalidInput` for other ARNs, `NoSuchEntity` if it does not exist
 */
export async function findEntity(scope: Scope, arn: string): Promise<SimulatedEntity> {
  const [, account, type, name] =
    /^arn:aws:iam::(\d{12}):(user|group|role)\/(?:[!-~]*\/)?([\w+=,.@-]+)$/.exec(arn) ?? [];
  if (account === undefined || name === undefined) {
    throw new ApiError(
      "InvalidInput",
      `Invalid Entity Arn: ${arn} does not clearly define entity type and name.`,
    );
  }
  const find = account === scope.account ? FINDERS.get(type ?? "") : undefined;
  const entity = await find?.(scope, name);
  if (entity === undefined || arnOf(entity) !== arn)
    throw noSuchEntity("Unable to retrieve specified IAM entity.");
  return entity;
}

const FINDERS: ReadonlyMap<
  string,
  (scope: Scope, name: string) => Promise<SimulatedEntity | undefined>
> = new Map([
  ["user", findUserEntity],
  ["group", findGroupEntity],
  ["role", findRoleEntity],
]);

const arnOf = ({ principal }: SimulatedEntity): string | undefined => {
  if (principal.type === "AssumedRole") return principal.roleArn;
  return "arn" in principal ? principal.arn : undefined;
};

async function findUserEntity(scope: Scope, name: string): Promise<SimulatedEntity | undefined> {
  const { account, unit } = scope;
  const user = (await unit.get(userKey(account, name)))?.principal;
  if (user === undefined) return undefined;
  const groups = await unit.getAll(user.groups.map((id) => groupKey(account, id)));
  const own = await policiesOf(scope, "user", user.name, user);
  const inherited = await Promise.all(
    groups.map((group) => (group ? policiesOf(scope, "group", group.name, group) : [])),
  );
  return {
    principal: { type: "User", account, arn: userArn(user), userId: user.id },
    tags: user.tags,
    userName: user.name,
    policies: distinct([...own, ...inherited.flat()]),
    ...(await boundaryOf(scope, user.boundary)),
  };
}

async function findGroupEntity(scope: Scope, name: string): Promise<SimulatedEntity | undefined> {
  const { account, unit } = scope;
  const named = await unit.get(groupNameKey(account, name));
  const group: GroupRecord | undefined = named && (await unit.get(groupKey(account, named.id)));
  if (group === undefined) return undefined;
  return {
    principal: { type: "User", account, arn: groupArn(group), userId: group.id },
    tags: [],
    policies: await policiesOf(scope, "group", group.name, group),
  };
}

async function findRoleEntity(scope: Scope, name: string): Promise<SimulatedEntity | undefined> {
  const { account, unit } = scope;
  const role = await unit.get(roleKey(account, name));
  if (role === undefined) return undefined;
  const session = "simulation";
  return {
    principal: {
      type: "AssumedRole",
      account,
      arn: assumedRoleArn(account, role.name, session),
      userId: `${role.id}:${session}`,
      roleArn: roleArn(role),
      roleId: role.id,
    },
    tags: role.tags,
    policies: await policiesOf(scope, "role", role.name, role),
    ...(await boundaryOf(scope, role.boundary)),
  };
}

async function policiesOf(
  scope: Scope,
  holder: EntityType,
  holderName: string,
  { inline, attached }: PolicyHolder,
): Promise<readonly EntityPolicy[]> {
  const own = inline.map(({ name, document }): EntityPolicy => {
    const id = `${holder}_${holderName}_${name}`;
    return { id, sourceId: id, document, from: { policyName: name, holder, holderName } };
  });
  return [...own, ...(await Promise.all(attached.map((arn) => managed(scope, arn))))];
}

async function managed(scope: Scope, arn: string): Promise<EntityPolicy> {
  const found = await findPolicy(scope, arn);
  const { document } = found.owner === "account" ? found.record : found.policy;
  return { id: arn, sourceId: policyNameOf(arn), document, from: { arn } };
}

async function boundaryOf(
  scope: Scope,
  arn: string | undefined,
): Promise<{ readonly boundary?: EntityPolicy }> {
  if (arn === undefined) return {};
  const policy = await managed(scope, arn);
  return { boundary: { ...policy, id: `boundary ${policy.id}` } };
}

const distinct = (policies: readonly EntityPolicy[]): readonly EntityPolicy[] => [
  ...new Map(policies.map((policy) => [policy.id, policy])).values(),
];
