import type * as sdk from "@aws-sdk/client-iam";
import { findModifiableRole, roleAsHolder, roleTarget, saveRole } from "../../../entity/role.ts";
import { findUser, saveUser, userAsHolder } from "../../../entity/user.ts";
import { userTarget } from "../../../entity/user-description.ts";
import { operation } from "../../../model/operation.ts";
import { roleHolder, userHolder } from "../../../permission/attachment-holder.ts";
import { changeBoundary } from "../../../permission/boundary.ts";

export const permissionsBoundaryOperations = {
  PutUserPermissionsBoundary: operation<
    sdk.PutUserPermissionsBoundaryCommandInput,
    sdk.PutUserPermissionsBoundaryCommandOutput
  >({
    action: "iam:PutUserPermissionsBoundary",
    target: (context, input) => userTarget(context, input.UserName ?? ""),
    conditionKeys: (_, input) => ({ "iam:PermissionsBoundary": input.PermissionsBoundary }),
    async run(context, input) {
      const user = await findUser(context, input.UserName ?? "");
      const boundary = input.PermissionsBoundary ?? "";
      await changeBoundary(context, userAsHolder(user.principal), {
        from: user.principal.boundary,
        to: boundary,
      });
      await saveUser(context, { ...user, principal: { ...user.principal, boundary } });
      return {};
    },
  }),

  DeleteUserPermissionsBoundary: operation<
    sdk.DeleteUserPermissionsBoundaryCommandInput,
    sdk.DeleteUserPermissionsBoundaryCommandOutput
  >({
    action: "iam:DeleteUserPermissionsBoundary",
    target: (context, input) => userTarget(context, input.UserName ?? ""),
    conditionKeys: async (context, input) => ({
      "iam:PermissionsBoundary": await userHolder.boundary(context, input.UserName ?? ""),
    }),
    async run(context, input) {
      const user = await findUser(context, input.UserName ?? "");
      const { boundary, ...principal } = user.principal;
      await changeBoundary(context, userAsHolder(principal), { from: boundary });
      await saveUser(context, { ...user, principal });
      return {};
    },
  }),

  PutRolePermissionsBoundary: operation<
    sdk.PutRolePermissionsBoundaryCommandInput,
    sdk.PutRolePermissionsBoundaryCommandOutput
  >({
    action: "iam:PutRolePermissionsBoundary",
    target: (context, input) => roleTarget(context, input.RoleName ?? ""),
    conditionKeys: (_, input) => ({ "iam:PermissionsBoundary": input.PermissionsBoundary }),
    async run(context, input) {
      const role = await findModifiableRole(context, input.RoleName ?? "");
      const boundary = input.PermissionsBoundary ?? "";
      await changeBoundary(context, roleAsHolder(role), { from: role.boundary, to: boundary });
      saveRole(context, { ...role, boundary });
      return {};
    },
  }),

  DeleteRolePermissionsBoundary: operation<
    sdk.DeleteRolePermissionsBoundaryCommandInput,
    sdk.DeleteRolePermissionsBoundaryCommandOutput
  >({
    action: "iam:DeleteRolePermissionsBoundary",
    target: (context, input) => roleTarget(context, input.RoleName ?? ""),
    conditionKeys: async (context, input) => ({
      "iam:PermissionsBoundary": await roleHolder.boundary(context, input.RoleName ?? ""),
    }),
    async run(context, input) {
      const { boundary, ...role } = await findModifiableRole(context, input.RoleName ?? "");
      await changeBoundary(context, roleAsHolder(role), { from: boundary });
      saveRole(context, role);
      return {};
    },
  }),
} as const;
