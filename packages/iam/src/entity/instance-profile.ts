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

/** Returns the instance profile with this name. @throws {ApiError} `NoSuchEntity` */
export async function findInstanceProfile(
  { account, unit }: Scope,
  name: string,
): Promise<InstanceProfileRecord> {
  const profile = await unit.get(instanceProfileKey(account, name));
  if (profile === undefined) throw noSuchEntity(`Instance Profile ${name} cannot be found.`);
  return profile;
}

/** Writes the instance profile's record. */
export const saveInstanceProfile = (
  { account, unit }: Scope,
  profile: InstanceProfileRecord,
): void => unit.put(instanceProfileKey(account, profile.name), profile);

/**
 * Returns an instance profile as the target of an operation. A missing one has an ARN too, so that
 * a refusal does not reveal whether it exists.
 */
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

/** Returns the response members of instance profiles, with their roles. */
export async function describeInstanceProfiles(
  { account, unit }: Scope,
  profiles: readonly InstanceProfileRecord[],
) {
  const records = await unit.getAll(profiles.map(({ role }) => roleKey(account, role ?? "")));
  const roles = records.map((role, index) =>
    profiles[index]?.role === undefined ? undefined : role,
  );
  const existing = roles.filter((role): role is RoleRecord => role !== undefined);
  const trusts = await showTrusts(
    { unit },
    existing.map(({ trust }) => trust),
  );
  const described = new Map(
    existing.map((role, index) => [role.name, describeRole(role, trusts[index] ?? "")]),
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
