import type * as sdk from "@aws-sdk/client-iam";
import { describeGroup, findGroup, groupTarget } from "../../../entity/group.ts";
import { findUser, updatePrincipal } from "../../../entity/user.ts";
import { userTarget } from "../../../entity/user-description.ts";
import { ApiError } from "../../../error.ts";
import { operation } from "../../../model/operation.ts";
import { groupKey, groupUsageKey, membershipKey } from "../../../record/group.ts";
import { LIMITS } from "../../../settings.ts";
import { slicePage } from "../../../storage/pagination.ts";

/**
 * Operations on group membership. A user's record lists its groups, for decisions. The group's
 * partition lists its members.
 */
export const membershipOperations = {
  AddUserToGroup: operation<sdk.AddUserToGroupCommandInput, sdk.AddUserToGroupCommandOutput>({
    action: "iam:AddUserToGroup",
    target: (context, input) => groupTarget(context, input.GroupName ?? ""),
    async run(context, input) {
      const { account, unit } = context;
      const group = await findGroup(context, input.GroupName ?? "");
      const user = await findUser(context, input.UserName ?? "");
      const { groups, name } = user.principal;
      if (groups.includes(group.id)) return {};
      if (groups.length >= LIMITS.groupsPerUser) {
        throw new ApiError(
          "LimitExceeded",
          `Cannot exceed quota for GroupsPerUser: ${LIMITS.groupsPerUser}`,
        );
      }
      await updatePrincipal(context, user, { groups: [...groups, group.id] });
      unit.put(membershipKey(account, group.id, name), { userName: name }, { expect: "any" });
      unit.count(groupUsageKey(account, group.id), "members", 1);
      // If the group is deleted concurrently, this transaction fails instead of adding a member to
      // a missing group.
      unit.check(groupKey(account, group.id), "present");
      return {};
    },
  }),

  RemoveUserFromGroup: operation<
    sdk.RemoveUserFromGroupCommandInput,
    sdk.RemoveUserFromGroupCommandOutput
  >({
    action: "iam:RemoveUserFromGroup",
    target: (context, input) => groupTarget(context, input.GroupName ?? ""),
    async run(context, input) {
      const { account, unit } = context;
      const group = await findGroup(context, input.GroupName ?? "");
      const user = await findUser(context, input.UserName ?? "");
      const { groups, name } = user.principal;
      if (!groups.includes(group.id)) return {};
      await updatePrincipal(context, user, { groups: groups.filter((id) => id !== group.id) });
      unit.delete(membershipKey(account, group.id, name), { expect: "any" });
      unit.count(groupUsageKey(account, group.id), "members", -1);
      return {};
    },
  }),

  ListGroupsForUser: operation<
    sdk.ListGroupsForUserCommandInput,
    sdk.ListGroupsForUserCommandOutput
  >({
    action: "iam:ListGroupsForUser",
    target: (context, input) => userTarget(context, input.UserName ?? ""),
    async run(context, input) {
      const { account, unit } = context;
      const user = await findUser(context, input.UserName ?? "");
      const groups = await unit.getAll(user.principal.groups.map((id) => groupKey(account, id)));
      const { items, ...rest } = slicePage(
        groups.filter((group) => group !== undefined),
        input,
      );
      return { Groups: items.map((group) => describeGroup(group, account)), ...rest };
    },
  }),
} as const;
