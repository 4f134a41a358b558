import { noSuchEntity } from "../error.ts";
import type { OperationContext, Target } from "../model/operation.ts";
import {
  type InstanceProfileRecord,
  instanceProfileArn,
  instanceProfileKey,
} from "../record/instance-profile.ts";
import { type RoleRecord, roleKey } from "../record/role.ts";
import { showTrusts } from "../trust/trust-policy.ts";
import { describeRole } from "./role.ts";

type Scope = Pick<OperationContext, "account" | "unit">;

/** @throws {ApiError} `NoSuchEntity` */
export async function findInstanceProfile(
  { account, unit }: Scope,
  name: string,
): Promise<InstanceProfileRecord> {
  const profile = await unit.get(instanceProfileKey(account, name));
  if (profile === undefined) throw noSuchEntity(`Instance Profile ${name} cannot be found.`);
  return profile;
}

export const saveInstanceProfile = (
  { account, unit }: Scope,
  profile: InstanceProfileRecord,
): void => unit.put(instanceProfileKey(account, profile.name), profile);

/** An instance profile as the target of an operation; one that is not there still has an ARN. */
export async function instanceProfileTarget(
  { account, unit }: OperationContext,
  name: string,
): Promise<Target> {
  const profile = await unit.get(instanceProfileKey(account, name));
  return {
    arn: instanceProfileArn(profile ?? { account, path: "/", name }),
    resourceName: `instance profile ${name}`,
    ...(profile ? { tags: profile.tags } : {}),
  };
}

/** Instance profiles as lists show them, with the roles in them. */
export async function describeInstanceProfiles(
  { account, unit }: Scope,
  profiles: readonly InstanceProfileRecord[],
) {
  const records = await unit.getAll(profiles.map(({ role }) => roleKey(account, role ?? "")));
  const roles = records.map((role, index) =>
    profiles[index]?.role === undefined ? undefined : role,
  );
  const there = roles.filter((role): role is RoleRecord => role !== undefined);
  const trusts = await showTrusts(
    { unit },
    there.map(({ trust }) => trust),
  );
  const described = new Map(
    there.map((role, index) => [role.name, describeRole(role, trusts[index] ?? "")]),
  );
  return profiles.map((profile, index) => ({
    Path: profile.path,
    InstanceProfileName: profile.name,
    InstanceProfileId: profile.id,
    Arn: instanceProfileArn(profile),
    CreateDate: new Date(profile.createdAt),
    Roles: [described.get(roles[index]?.name ?? "")].filter((role) => role !== undefined),
  }));
}
