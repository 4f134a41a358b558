import type * as sdk from "@aws-sdk/client-iam";
import { makeUniqueId } from "../../../access-key-id.ts";
import { iamArn } from "../../../arn.ts";
import {
  describeInstanceProfiles,
  findInstanceProfile,
  instanceProfileTarget,
  saveInstanceProfile,
} from "../../../entity/instance-profile.ts";
import { findModifiableRole, findRole, roleTarget, saveRole } from "../../../entity/role.ts";
import { tagAtCreation } from "../../../entity/tag-at-creation.ts";
import { mergeTags, sdkTags } from "../../../entity/tagging.ts";
import { ApiError, noSuchEntity } from "../../../error.ts";
import { type OperationContext, operation, type Target } from "../../../model/operation.ts";
import { accountCountKey } from "../../../record/account.ts";
import {
  type InstanceProfileEntry,
  type InstanceProfileRecord,
  instanceProfileArn,
  instanceProfileKey,
} from "../../../record/instance-profile.ts";
import { listEntryKey } from "../../../record/list-entry.ts";
import { partitionOf } from "../../../record/partition.ts";
import { listPage, slicePage } from "../../../storage/pagination.ts";

export const instanceProfileOperations = {
  CreateInstanceProfile: operation<
    sdk.CreateInstanceProfileCommandInput,
    sdk.CreateInstanceProfileCommandOutput
  >({
    action: "iam:CreateInstanceProfile",
    target: newProfile,
    alsoAuthorize: (context, input) =>
      tagAtCreation("iam:TagInstanceProfile", newProfile(context, input), input.Tags),
    async run(context, input) {
      const { account, unit, now, settings } = context;
      const name = input.InstanceProfileName ?? "";
      if (await unit.get(instanceProfileKey(account, name))) {
        throw new ApiError("EntityAlreadyExists", `Instance Profile ${name} already exists.`);
      }
      const profile: InstanceProfileRecord = {
        account,
        name,
        id: makeUniqueId("instanceProfile"),
        path: input.Path ?? "/",
        createdAt: now.toISOString(),
        tags: mergeTags([], input.Tags),
      };
      saveInstanceProfile(context, profile);
      unit.put(
        listEntryKey<InstanceProfileEntry>(account, "instance-profiles", profile.path, name),
        { name },
        { expect: "any" },
      );
      const limit = settings.quotas.instanceProfiles;
      unit.count(accountCountKey(account, "instanceProfiles"), "count", 1, {
        limit,
        error: () =>
          new ApiError(
            "LimitExceeded",
            `Cannot exceed quota for InstanceProfilesPerAccount: ${limit}`,
          ),
      });
      return { InstanceProfile: await describeWithTags(context, profile) };
    },
  }),

  GetInstanceProfile: operation<
    sdk.GetInstanceProfileCommandInput,
    sdk.GetInstanceProfileCommandOutput
  >({
    action: "iam:GetInstanceProfile",
    target: (context, input) => instanceProfileTarget(context, input.InstanceProfileName ?? ""),
    async run(context, input) {
      const profile = await findInstanceProfile(context, input.InstanceProfileName ?? "");
      return { InstanceProfile: await describeWithTags(context, profile) };
    },
  }),

  ListInstanceProfiles: operation<
    sdk.ListInstanceProfilesCommandInput,
    sdk.ListInstanceProfilesCommandOutput
  >({
    action: "iam:ListInstanceProfiles",
    target: ({ account }, input) => ({
      arn: iamArn(account, `instance-profile${input.PathPrefix ?? "/"}`),
    }),
    async run(context, input) {
      const { account, unit } = context;
      const list = {
        account,
        partition: partitionOf("instance-profiles"),
        prefix: input.PathPrefix ?? "/",
      };
      const { items, ...rest } = await listPage<InstanceProfileEntry>(unit, list, input);
      const records = await unit.getAll(
        items.map(({ data }) => instanceProfileKey(account, data.name)),
      );
      const profiles = records.filter((profile) => profile !== undefined);
      return { InstanceProfiles: await describeInstanceProfiles(context, profiles), ...rest };
    },
  }),

  ListInstanceProfilesForRole: operation<
    sdk.ListInstanceProfilesForRoleCommandInput,
    sdk.ListInstanceProfilesForRoleCommandOutput
  >({
    action: "iam:ListInstanceProfilesForRole",
    target: (context, input) => roleTarget(context, input.RoleName ?? ""),
    async run(context, input) {
      const { account, unit } = context;
      const role = await findRole(context, input.RoleName ?? "");
      const { items, ...rest } = slicePage(role.instanceProfiles ?? [], input);
      const records = await unit.getAll(items.map((name) => instanceProfileKey(account, name)));
      const profiles = records.filter((profile) => profile !== undefined);
      return { InstanceProfiles: await describeInstanceProfiles(context, profiles), ...rest };
    },
  }),

  AddRoleToInstanceProfile: operation<
    sdk.AddRoleToInstanceProfileCommandInput,
    sdk.AddRoleToInstanceProfileCommandOutput
  >({
    action: "iam:AddRoleToInstanceProfile",
    target: (context, input) => instanceProfileTarget(context, input.InstanceProfileName ?? ""),
    conditionKeys: () => ({ "iam:PassedToService": "ec2.amazonaws.com" }),
    async alsoAuthorize(context, input) {
      // AWS's access-denied message for iam:PassRole names the role by its ARN.
      const { resourceName: _, ...role } = await roleTarget(context, input.RoleName ?? "");
      return [{ action: "iam:PassRole", target: role }];
    },
    async run(context, input) {
      const profile = await findInstanceProfile(context, input.InstanceProfileName ?? "");
      const role = await findModifiableRole(context, input.RoleName ?? "");
      if (profile.role !== undefined) {
        throw new ApiError(
          "LimitExceeded",
          "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1",
        );
      }
      saveInstanceProfile(context, { ...profile, role: role.name });
      saveRole(context, {
        ...role,
        instanceProfiles: [...(role.instanceProfiles ?? []), profile.name],
      });
      return {};
    },
  }),

  RemoveRoleFromInstanceProfile: operation<
    sdk.RemoveRoleFromInstanceProfileCommandInput,
    sdk.RemoveRoleFromInstanceProfileCommandOutput
  >({
    action: "iam:RemoveRoleFromInstanceProfile",
    target: (context, input) => instanceProfileTarget(context, input.InstanceProfileName ?? ""),
    async run(context, input) {
      const { role: profileRole, ...profile } = await findInstanceProfile(
        context,
        input.InstanceProfileName ?? "",
      );
      const role = await findRole(context, input.RoleName ?? "");
      if (profileRole !== role.name) {
        throw noSuchEntity(
          `The role with name ${role.name} cannot be found in instance profile ${profile.name}.`,
        );
      }
      saveInstanceProfile(context, profile);
      const instanceProfiles = role.instanceProfiles?.filter((name) => name !== profile.name) ?? [];
      saveRole(context, { ...role, instanceProfiles });
      return {};
    },
  }),

  DeleteInstanceProfile: operation<
    sdk.DeleteInstanceProfileCommandInput,
    sdk.DeleteInstanceProfileCommandOutput
  >({
    action: "iam:DeleteInstanceProfile",
    target: (context, input) => instanceProfileTarget(context, input.InstanceProfileName ?? ""),
    async run(context, input) {
      const { account, unit } = context;
      const { name, path, role } = await findInstanceProfile(
        context,
        input.InstanceProfileName ?? "",
      );
      if (role !== undefined) {
        throw new ApiError(
          "DeleteConflict",
          "Cannot delete entity, must remove roles from instance profile first.",
        );
      }
      unit.delete(instanceProfileKey(account, name));
      unit.delete(listEntryKey(account, "instance-profiles", path, name), { expect: "any" });
      unit.count(accountCountKey(account, "instanceProfiles"), "count", -1);
      return {};
    },
  }),
} as const;

function newProfile(
  { account }: OperationContext,
  { Path = "/", InstanceProfileName = "" }: sdk.CreateInstanceProfileCommandInput,
): Target {
  return { arn: instanceProfileArn({ account, path: Path, name: InstanceProfileName }) };
}

/** Returns the response members of one instance profile, with its tags if it has any. */
async function describeWithTags(context: OperationContext, profile: InstanceProfileRecord) {
  const [described] = await describeInstanceProfiles(context, [profile]);
  if (described === undefined)
    throw new Error(`instance profile ${profile.name} was not described`);
  return { ...described, ...(profile.tags.length > 0 ? { Tags: sdkTags(profile.tags) } : {}) };
}
