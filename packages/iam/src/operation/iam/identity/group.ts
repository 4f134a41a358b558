import type * as sdk from "@aws-sdk/client-iam";
import { makeUniqueId } from "../../../access-key-id.ts";
import { iamArn } from "../../../arn.ts";
import { incrementEpoch } from "../../../entity/epoch.ts";
import {
  describeGroup,
  findGroup,
  groupTarget,
  lookUpGroup,
  saveGroupEntry,
} from "../../../entity/group.ts";
import { keyOfName } from "../../../entity/key-of-name.ts";
import { deleteListEntry, listEntities, recordsOfList } from "../../../entity/list-entries.ts";
import { describePasswordUse, passwordUses } from "../../../entity/password-use.ts";
import { describeUser, userEntry } from "../../../entity/user-description.ts";
import { ApiError } from "../../../error.ts";
import { operation } from "../../../model/operation.ts";
import { updatePolicyUses } from "../../../permission/policy-usage.ts";
import { accountCountKey } from "../../../record/account.ts";
import {
  type GroupEntry,
  type GroupRecord,
  groupArn,
  groupKey,
  groupNameKey,
  groupUsageKey,
  type MembershipEntry,
} from "../../../record/group.ts";
import { type UserRecord, userKey } from "../../../record/user.ts";
import { listPage } from "../../../storage/pagination.ts";

const nameTaken = (name: string) =>
  new ApiError("EntityAlreadyExists", `Group with name ${name} already exists.`);

const isMemberOf =
  ({ id }: GroupRecord) =>
  ({ principal }: UserRecord): boolean =>
    principal.groups.includes(id);

export const groupOperations = {
  CreateGroup: operation<sdk.CreateGroupCommandInput, sdk.CreateGroupCommandOutput>({
    action: "iam:CreateGroup",
    reads: ({ GroupName }, account) => keyOfName(GroupName, (name) => groupNameKey(account, name)),
    target: ({ account }, input) => ({
      arn: groupArn({ account, path: input.Path ?? "/", name: input.GroupName ?? "" }),
    }),
    async run(context, input) {
      const { account, unit, now, settings } = context;
      const name = input.GroupName ?? "";
      if (await unit.get(groupNameKey(account, name))) throw nameTaken(name);
      const group: GroupRecord = {
        account,
        name,
        id: makeUniqueId("group"),
        path: input.Path ?? "/",
        createdAt: now.toISOString(),
        inline: [],
        attached: [],
      };
      unit.put(groupNameKey(account, name), { id: group.id });
      unit.put(groupKey(account, group.id), group);
      saveGroupEntry(context, group);
      const limit = settings.quotas.groups;
      unit.count(accountCountKey(account, "groups"), "count", 1, {
        limit,
        error: () =>
          new ApiError("LimitExceeded", `Cannot exceed quota for GroupsPerAccount: ${limit}`),
      });
      return { Group: describeGroup(group, account) };
    },
  }),

  GetGroup: operation<sdk.GetGroupCommandInput, sdk.GetGroupCommandOutput>({
    action: "iam:GetGroup",
    target: (context, input) => groupTarget(context, input.GroupName ?? ""),
    async run(context, input) {
      const { account, unit } = context;
      const group = await findGroup(context, input.GroupName ?? "");
      const list = { account, partition: groupKey(account, group.id).partition, prefix: "member/" };
      const { items, ...rest } = await listPage<MembershipEntry>(unit, list, input);
      const users = await unit.getAll(items.map(({ data }) => userKey(account, data.userName)));
      // Omits users who left the group between the two reads.
      const members = users.filter((user) => user !== undefined).filter(isMemberOf(group));
      const uses = await passwordUses(context, members.map(userEntry));
      return {
        Group: describeGroup(group, account),
        Users: members.map((user, index) => ({
          ...describeUser(userEntry(user), account),
          ...describePasswordUse(uses[index]),
        })),
        ...rest,
      };
    },
  }),

  ListGroups: operation<sdk.ListGroupsCommandInput, sdk.ListGroupsCommandOutput>({
    action: "iam:ListGroups",
    reads: recordsOfList,
    target: ({ account }, input) => ({
      arn: iamArn(account, `group${input.PathPrefix ?? "/"}`),
    }),
    async run(context, input) {
      const { items, ...rest } = await listEntities<GroupEntry>(context, "groups", input);
      return { Groups: items.map(({ data }) => describeGroup(data, context.account)), ...rest };
    },
  }),

  UpdateGroup: operation<sdk.UpdateGroupCommandInput, sdk.UpdateGroupCommandOutput>({
    action: "iam:UpdateGroup",
    target: (context, input) => groupTarget(context, input.GroupName ?? ""),
    // IAM API/UpdateGroup: permission is needed for the old ARN and for the new one.
    async alsoAuthorize(context, { GroupName = "", NewGroupName, NewPath }) {
      const { path, name } = (await lookUpGroup(context, GroupName)) ?? {
        path: "/",
        name: GroupName,
      };
      const arn = groupArn({
        account: context.account,
        path: NewPath ?? path,
        name: NewGroupName ?? name,
      });
      return [{ action: "iam:UpdateGroup", target: { arn } }];
    },
    async run(context, input) {
      const { account, unit } = context;
      const before = await findGroup(context, input.GroupName ?? "");
      const after: GroupRecord = {
        ...before,
        name: input.NewGroupName ?? before.name,
        path: input.NewPath ?? before.path,
      };
      if (after.name.toLowerCase() !== before.name.toLowerCase()) {
        if (await unit.get(groupNameKey(account, after.name))) throw nameTaken(after.name);
        unit.delete(groupNameKey(account, before.name));
        unit.put(groupNameKey(account, after.name), { id: after.id });
      }
      deleteListEntry(context, "groups", before);
      unit.put(groupKey(account, after.id), after);
      saveGroupEntry(context, after);
      const { name, id, path } = after;
      updatePolicyUses(context, { type: "Group", name, id, path }, { attached: after.attached });
      return {};
    },
  }),

  DeleteGroup: operation<sdk.DeleteGroupCommandInput, sdk.DeleteGroupCommandOutput>({
    action: "iam:DeleteGroup",
    target: (context, input) => groupTarget(context, input.GroupName ?? ""),
    async run(context, input) {
      const { account, unit } = context;
      const group = await findGroup(context, input.GroupName ?? "");
      const conflict = (what: string) =>
        new ApiError("DeleteConflict", `Cannot delete entity, must ${what} first.`);
      const hasMembers = () => conflict("remove users from group");
      const { members = 0 } = await unit.counters(groupUsageKey(account, group.id));
      if (members > 0) throw hasMembers();
      if (group.attached.length > 0) throw conflict("detach all policies");
      if (group.inline.length > 0) throw conflict("delete policies");
      unit.delete(groupNameKey(account, group.name));
      unit.delete(groupKey(account, group.id));
      unit.deleteCounter(groupUsageKey(account, group.id), ["members"], hasMembers);
      deleteListEntry(context, "groups", group);
      unit.count(accountCountKey(account, "groups"), "count", -1);
      await incrementEpoch(context, ({ groups: { [group.id]: _, ...groups }, ...record }) => ({
        ...record,
        groups,
      }));
      return {};
    },
  }),
} as const;
