import { noSuchEntity } from "../error.ts";
import type { OperationContext, Target } from "../model/operation.ts";
import {
  type GroupEntry,
  type GroupRecord,
  groupArn,
  groupKey,
  groupNameKey,
} from "../record/group.ts";
import { putListEntry } from "./list-entries.ts";

type Scope = Pick<OperationContext, "account" | "unit">;

/**
 * Returns the group with this name. The name's record contains the id, and the id's record the
 * group.
 */
export async function lookUpGroup(
  { account, unit }: Scope,
  name: string,
): Promise<GroupRecord | undefined> {
  const named = await unit.get(groupNameKey(account, name));
  return named && unit.get(groupKey(account, named.id));
}

/** Returns the group with this name. @throws {ApiError} `NoSuchEntity` */
export async function findGroup(scope: Scope, name: string): Promise<GroupRecord> {
  const group = await lookUpGroup(scope, name);
  if (group === undefined) throw noSuchEntity(`The group with name ${name} cannot be found.`);
  return group;
}

/** Writes the group's entry in the account's list of groups. */
export function saveGroupEntry(scope: Scope, { name, id, path, createdAt }: GroupRecord): void {
  const entry: GroupEntry = { name, id, path, createdAt };
  putListEntry(scope, "groups", { path, name }, entry);
}

/**
 * Returns a group as the target of an operation. A missing group has an ARN too, so that a refusal
 * does not reveal whether it exists.
 */
export async function groupTarget(context: OperationContext, name: string): Promise<Target> {
  const group = await lookUpGroup(context, name);
  return {
    arn: groupArn(group ?? { account: context.account, path: "/", name }),
    resourceName: `group ${name}`,
  };
}

/** Returns the response members of a group. */
export const describeGroup = (group: GroupEntry, account: string) => ({
  Path: group.path,
  GroupName: group.name,
  GroupId: group.id,
  Arn: groupArn({ ...group, account }),
  CreateDate: new Date(group.createdAt),
});
