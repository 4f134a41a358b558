import type * as sdk from "@aws-sdk/client-iam";
import { makeUniqueId } from "../../../access-key-id.ts";
import { iamArn } from "../../../arn.ts";
import { checkIfMatch } from "../../../entity/if-match.ts";
import { keyOfName } from "../../../entity/key-of-name.ts";
import { listEntities, recordsOfList } from "../../../entity/list-entries.ts";
import {
  addRole,
  describeRole,
  findModifiableRole,
  findRole,
  isServiceLinked,
  removeRole,
  roleAsHolder,
  roleTarget,
  SERVICE_ROLE_PATH,
  saveRole,
  unmodifiableRole,
} from "../../../entity/role.ts";
import { tagAtCreation } from "../../../entity/tag-at-creation.ts";
import { mergeTags, sdkTags } from "../../../entity/tagging.ts";
import { ApiError, validationError } from "../../../error.ts";
import { type OperationContext, operation, type Target } from "../../../model/operation.ts";
import { changeBoundary, describeBoundary, roleBoundaryKey } from "../../../permission/boundary.ts";
import { roleLastUsedKey } from "../../../record/last-used.ts";
import { type RoleEntry, type RoleRecord, roleArn, roleKey } from "../../../record/role.ts";
import { bindTrust, showTrust, showTrusts } from "../../../trust/trust-policy.ts";

const DEFAULT_SESSION_SECONDS = 3600;

export const roleOperations = {
  CreateRole: operation<sdk.CreateRoleCommandInput, sdk.CreateRoleCommandOutput>({
    action: "iam:CreateRole",
    reads: ({ RoleName }, account) => keyOfName(RoleName, (name) => roleKey(account, name)),
    target: newRole,
    conditionKeys: (_, input) => ({ "iam:PermissionsBoundary": input.PermissionsBoundary }),
    alsoAuthorize: (context, input) =>
      tagAtCreation("iam:TagRole", newRole(context, input), input.Tags),
    async run(context, input) {
      const path = input.Path ?? "/";
      if (path.startsWith(SERVICE_ROLE_PATH)) {
        throw validationError(
          `The path ${SERVICE_ROLE_PATH} is reserved for service-linked roles.`,
        );
      }
      const role: RoleRecord = {
        account: context.account,
        name: input.RoleName ?? "",
        id: makeUniqueId("role"),
        path,
        createdAt: context.now.toISOString(),
        ...(input.Description === undefined ? {} : { description: input.Description }),
        maxSessionSeconds: input.MaxSessionDuration ?? DEFAULT_SESSION_SECONDS,
        trust: await bindTrust(context, input.AssumeRolePolicyDocument ?? ""),
        ...(input.PermissionsBoundary === undefined ? {} : { boundary: input.PermissionsBoundary }),
        tags: mergeTags([], input.Tags),
        inline: [],
        attached: [],
      };
      await addRole(context, role);
      await changeBoundary(context, roleAsHolder(role), { to: role.boundary });
      return {
        Role: {
          ...describeRole(role, role.trust.document),
          ...describeBoundary(role.boundary),
          ...(role.tags.length > 0 ? { Tags: sdkTags(role.tags) } : {}),
        },
      };
    },
  }),

  GetRole: operation<sdk.GetRoleCommandInput, sdk.GetRoleCommandOutput>({
    action: "iam:GetRole",
    target: (context, input) => roleTarget(context, input.RoleName ?? ""),
    conditionKeys: (context, input) => roleBoundaryKey(context, input.RoleName),
    async run(context, input) {
      const { account, unit } = context;
      const role = await findRole(context, input.RoleName ?? "");
      const used = await unit.get(roleLastUsedKey(account, role.id));
      return {
        Role: {
          ...describeRole(role, await showTrust(context, role.trust)),
          ...describeSettings(role),
          ...describeBoundary(role.boundary),
          ...(role.tags.length > 0 ? { Tags: sdkTags(role.tags) } : {}),
          RoleLastUsed:
            used === undefined ? {} : { LastUsedDate: new Date(used.at), Region: used.region },
        },
      };
    },
  }),

  ListRoles: operation<sdk.ListRolesCommandInput, sdk.ListRolesCommandOutput>({
    action: "iam:ListRoles",
    reads: recordsOfList,
    target: ({ account }, input) => ({
      arn: iamArn(account, `role${input.PathPrefix ?? "/"}`),
    }),
    async run(context, input) {
      const { account, unit } = context;
      const { items, ...rest } = await listEntities<RoleEntry>(context, "roles", input);
      const records = await unit.getAll(items.map(({ data }) => roleKey(account, data.name)));
      // Omits roles that were deleted between the two reads.
      const roles = records.filter((role) => role !== undefined);
      const trusts = await showTrusts(
        context,
        roles.map(({ trust }) => trust),
      );
      return {
        Roles: roles.map((role, index) => ({
          ...describeRole(role, trusts[index] ?? role.trust.document),
          ...describeSettings(role),
        })),
        ...rest,
      };
    },
  }),

  UpdateRole: operation<sdk.UpdateRoleCommandInput, sdk.UpdateRoleCommandOutput>({
    action: "iam:UpdateRole",
    target: (context, input) => roleTarget(context, input.RoleName ?? ""),
    conditionKeys: (context, input) => roleBoundaryKey(context, input.RoleName),
    async run(context, input) {
      const role = await findRole(context, input.RoleName ?? "");
      // IAM UG/using-service-linked-roles: only the description of a service-linked role can be
      // changed.
      if (isServiceLinked(role) && input.MaxSessionDuration !== undefined)
        throw unmodifiableRole(role);
      saveRole(context, {
        ...role,
        ...(input.Description === undefined ? {} : { description: input.Description }),
        // IAM API/UpdateRole: the default is applied if the request has no value.
        maxSessionSeconds: input.MaxSessionDuration ?? DEFAULT_SESSION_SECONDS,
      });
      return {};
    },
  }),

  UpdateRoleDescription: operation<
    sdk.UpdateRoleDescriptionCommandInput,
    sdk.UpdateRoleDescriptionCommandOutput
  >({
    action: "iam:UpdateRoleDescription",
    target: (context, input) => roleTarget(context, input.RoleName ?? ""),
    conditionKeys: (context, input) => roleBoundaryKey(context, input.RoleName),
    async run(context, input) {
      const before = await findRole(context, input.RoleName ?? "");
      const role = { ...before, description: input.Description ?? "" };
      saveRole(context, role);
      const trust = await showTrust(context, role.trust);
      return { Role: { ...describeRole(role, trust), ...describeSettings(role) } };
    },
  }),

  UpdateAssumeRolePolicy: operation<
    sdk.UpdateAssumeRolePolicyCommandInput,
    sdk.UpdateAssumeRolePolicyCommandOutput
  >({
    action: "iam:UpdateAssumeRolePolicy",
    target: (context, input) => roleTarget(context, input.RoleName ?? ""),
    conditionKeys: (context, input) => roleBoundaryKey(context, input.RoleName),
    async run(context, input) {
      const role = await findModifiableRole(context, input.RoleName ?? "");
      // Clients read the document with the current ARNs of its principals, so the hash is of that
      // text.
      if (context.ifMatch !== undefined)
        checkIfMatch(context, await showTrust(context, role.trust));
      saveRole(context, { ...role, trust: await bindTrust(context, input.PolicyDocument ?? "") });
      return {};
    },
  }),

  DeleteRole: operation<sdk.DeleteRoleCommandInput, sdk.DeleteRoleCommandOutput>({
    action: "iam:DeleteRole",
    target: (context, input) => roleTarget(context, input.RoleName ?? ""),
    conditionKeys: (context, input) => roleBoundaryKey(context, input.RoleName),
    async run(context, input) {
      const role = await findModifiableRole(context, input.RoleName ?? "");
      const conflict = (what: string) =>
        new ApiError("DeleteConflict", `Cannot delete entity, must ${what} first.`);
      if (role.instanceProfiles?.length) throw conflict("remove roles from instance profile");
      if (role.attached.length > 0) throw conflict("detach all policies");
      if (role.inline.length > 0) throw conflict("delete policies");
      await changeBoundary(context, roleAsHolder(role), { from: role.boundary });
      removeRole(context, role);
      return {};
    },
  }),
} as const;

function newRole(
  { account }: OperationContext,
  { Path = "/", RoleName = "" }: sdk.CreateRoleCommandInput,
): Target {
  return { arn: roleArn({ account, path: Path, name: RoleName }) };
}

/** Returns the response members that AWS adds to roles when they are read. */
const describeSettings = (role: RoleRecord) => ({
  MaxSessionDuration: role.maxSessionSeconds,
  ...(role.description === undefined ? {} : { Description: role.description }),
});
