import type * as sdk from "@aws-sdk/client-iam";
import { makeUniqueId } from "../../../access-key-id.ts";
import { iamArn } from "../../../arn.ts";
import { ownerTarget } from "../../../entity/credential-owner.ts";
import { keyOfName } from "../../../entity/key-of-name.ts";
import { deleteListEntry, listEntities, recordsOfList } from "../../../entity/list-entries.ts";
import { renameMfaOwner } from "../../../entity/mfa-device.ts";
import { describePasswordUse, passwordUses } from "../../../entity/password-use.ts";
import { describeRoot } from "../../../entity/root-user-description.ts";
import { tagAtCreation } from "../../../entity/tag-at-creation.ts";
import { mergeTags, sdkTags } from "../../../entity/tagging.ts";
import {
  findUser,
  saveUser,
  saveUserEntry,
  userAsHolder,
  userNameOrCaller,
} from "../../../entity/user.ts";
import { removeUserCredentials } from "../../../entity/user-credentials.ts";
import { describeUser, userEntry, userTarget } from "../../../entity/user-description.ts";
import { ApiError } from "../../../error.ts";
import { type OperationContext, operation, type Target } from "../../../model/operation.ts";
import { changeBoundary, describeBoundary } from "../../../permission/boundary.ts";
import { updatePolicyUses } from "../../../permission/policy-usage.ts";
import { accountCountKey } from "../../../record/account.ts";
import { membershipKey } from "../../../record/group.ts";
import { passwordUseKey } from "../../../record/password-use.ts";
import { renamedUserKey } from "../../../record/renamed-user.ts";
import { rootKey } from "../../../record/root.ts";
import {
  type UserEntry,
  type UserPrincipal,
  type UserRecord,
  userArn,
  userKey,
} from "../../../record/user.ts";

export const userOperations = {
  CreateUser: operation<sdk.CreateUserCommandInput, sdk.CreateUserCommandOutput>({
    action: "iam:CreateUser",
    target: newUser,
    reads: ({ UserName }, account) => keyOfName(UserName, (name) => userKey(account, name)),
    conditionKeys: (_, input) => ({ "iam:PermissionsBoundary": input.PermissionsBoundary }),
    alsoAuthorize: (context, input) =>
      tagAtCreation("iam:TagUser", newUser(context, input), input.Tags),
    async run(context, input) {
      const { account, unit, now, settings } = context;
      const name = input.UserName ?? "";
      if (await unit.get(userKey(account, name)))
        throw new ApiError("EntityAlreadyExists", `User with name ${name} already exists.`);
      const principal: UserPrincipal = {
        type: "User",
        account,
        name,
        id: makeUniqueId("user"),
        path: input.Path ?? "/",
        tags: mergeTags([], input.Tags),
        groups: [],
        inline: [],
        attached: [],
        ...(input.PermissionsBoundary === undefined ? {} : { boundary: input.PermissionsBoundary }),
      };
      const user: UserRecord = {
        principal,
        createdAt: now.toISOString(),
        accessKeys: [],
        neverHadPassword: true,
      };
      await saveUser(context, user);
      saveUserEntry(context, user);
      await changeBoundary(context, userAsHolder(principal), { to: principal.boundary });
      const quota = settings.quotas.users;
      const limit =
        quota === undefined
          ? undefined
          : {
              limit: quota,
              error: () =>
                new ApiError("LimitExceeded", `Cannot exceed quota for UsersPerAccount: ${quota}`),
            };
      unit.count(accountCountKey(account, "users"), "count", 1, limit);
      return {
        User: {
          ...describeUser(userEntry(user), account),
          ...describeBoundary(principal.boundary),
          ...(principal.tags.length > 0 ? { Tags: sdkTags(principal.tags) } : {}),
        },
      };
    },
  }),

  GetUser: operation<sdk.GetUserCommandInput, sdk.GetUserCommandOutput>({
    action: "iam:GetUser",
    target: (context, input) => ownerTarget(context, input.UserName),
    async run(context, input) {
      const { caller, account } = context;
      if (input.UserName === undefined && caller.principal.type === "Root") {
        const [lastUsed] = await passwordUses(context, [{ id: account }]);
        return { User: describeRoot(await context.unit.get(rootKey(account)), account, lastUsed) };
      }
      const user = await findUser(context, userNameOrCaller(context, input.UserName));
      const { tags, boundary } = user.principal;
      const [lastUsed] = await passwordUses(context, [userEntry(user)]);
      return {
        User: {
          ...describeUser(userEntry(user), account),
          ...describePasswordUse(lastUsed),
          ...describeBoundary(boundary),
          ...(tags.length > 0 ? { Tags: sdkTags(tags) } : {}),
        },
      };
    },
  }),

  ListUsers: operation<sdk.ListUsersCommandInput, sdk.ListUsersCommandOutput>({
    action: "iam:ListUsers",
    reads: recordsOfList,
    target: ({ account }, input) => ({
      arn: iamArn(account, `user${input.PathPrefix ?? "/"}`),
    }),
    async run(context, input) {
      const { items, ...rest } = await listEntities<UserEntry>(context, "users", input);
      const uses = await passwordUses(
        context,
        items.map(({ data }) => data),
      );
      return {
        Users: items.map(({ data }, index) => ({
          ...describeUser(data, context.account),
          ...describePasswordUse(uses[index]),
        })),
        ...rest,
      };
    },
  }),

  UpdateUser: operation<sdk.UpdateUserCommandInput, sdk.UpdateUserCommandOutput>({
    action: "iam:UpdateUser",
    target: (context, input) => userTarget(context, input.UserName ?? ""),
    // IAM API/UpdateUser: permission is needed for the old ARN and for the new one.
    async alsoAuthorize({ account, unit }, { UserName = "", NewUserName, NewPath }) {
      const before = (await unit.get(userKey(account, UserName)))?.principal;
      const { path, name, tags } = before ?? { path: "/", name: UserName, tags: [] };
      const arn = userArn({ account, path: NewPath ?? path, name: NewUserName ?? name });
      return [{ action: "iam:UpdateUser", target: { arn, tags } }];
    },
    async run(context, input) {
      const { account, unit } = context;
      const user = await findUser(context, input.UserName ?? "");
      const before = user.principal;
      const name = input.NewUserName ?? before.name;
      const renamed = name.toLowerCase() !== before.name.toLowerCase();
      if (renamed && (await unit.get(userKey(account, name))))
        throw new ApiError("EntityAlreadyExists", `User with name ${name} already exists.`);
      const after: UserRecord = {
        ...user,
        principal: { ...before, name, path: input.NewPath ?? before.path },
      };
      deleteListEntry(context, "users", before);
      if (renamed) unit.delete(userKey(account, before.name));
      await saveUser(context, after);
      saveUserEntry(context, after);
      updatePolicyUses(context, userAsHolder(after.principal), after.principal);
      // Trust policies store the user's unique id. This record gives the current ARN that they
      // show.
      const { path } = after.principal;
      unit.put(renamedUserKey(account, before.id), { name, path }, { expect: "any" });
      if (name !== before.name) await renameMfaOwner(context, user.mfaDevices ?? [], name);
      for (const group of before.groups) {
        if (renamed) unit.delete(membershipKey(account, group, before.name), { expect: "any" });
        unit.put(membershipKey(account, group, name), { userName: name }, { expect: "any" });
      }
      return {};
    },
  }),

  DeleteUser: operation<sdk.DeleteUserCommandInput, sdk.DeleteUserCommandOutput>({
    action: "iam:DeleteUser",
    target: (context, input) => userTarget(context, input.UserName ?? ""),
    async run(context, input) {
      const { account, unit } = context;
      const user = await findUser(context, input.UserName ?? "");
      const { principal, accessKeys, loginProfile, mfaDevices } = user;
      const conflict = (what: string) =>
        new ApiError("DeleteConflict", `Cannot delete entity, must ${what} first.`);
      if (principal.attached.length > 0) throw conflict("detach all policies");
      if (principal.inline.length > 0) throw conflict("delete policies");
      if (principal.groups.length > 0) throw conflict("remove users from group");
      if (accessKeys.length > 0) throw conflict("delete access keys");
      if (loginProfile !== undefined) throw conflict("delete login profile");
      if (mfaDevices?.length) throw conflict("delete MFA device");
      await removeUserCredentials(context, user);
      await changeBoundary(context, userAsHolder(principal), { from: principal.boundary });
      unit.delete(userKey(account, principal.name));
      deleteListEntry(context, "users", principal);
      unit.delete(passwordUseKey(account, principal.id), { expect: "any" });
      unit.delete(renamedUserKey(account, principal.id), { expect: "any" });
      unit.count(accountCountKey(account, "users"), "count", -1);
      return {};
    },
  }),
} as const;

function newUser(
  { account }: OperationContext,
  { Path = "/", UserName = "" }: sdk.CreateUserCommandInput,
): Target {
  return { arn: userArn({ account, path: Path, name: UserName }) };
}
