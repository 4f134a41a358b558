import {
  AddUserToGroupCommand,
  CreateGroupCommand,
  CreateRoleCommand,
  CreateUserCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import type { AccountModel, GroupDetail, RoleDetail, UserDetail } from "@portcullis/analysis";
import { cannedPolicies } from "@portcullis/iam/canned";
import { accountOf } from "@portcullis/testing";
import { type PlanBuilder, planBuilder } from "./plan-builder.ts";
import { planHolder } from "./plan-holder.ts";
import { planPolicies } from "./plan-policies.ts";
import type { Plan } from "./step.ts";
import { byName, documentFault, isSameDocument, translation } from "./translate.ts";

/**
 * The calls that bring an installation's account to what a file of AWS's says: policies first, then
 * groups, users, and roles, whose trust may name users.
 */
export function planImport(wanted: AccountModel, present: AccountModel): Plan {
  const known = new Set([
    ...cannedPolicies().map(({ arn }) => arn),
    ...(present.Policies ?? []).flatMap(({ Arn }) => Arn ?? []),
  ]);
  const plan = planBuilder(translation(accountOf(wanted), accountOf(present)), known);
  planPolicies(plan, wanted, present);
  const groups = byName(present.GroupDetailList, ({ GroupName }) => GroupName);
  for (const group of wanted.GroupDetailList ?? [])
    plan.entity(() => planGroup(plan, group, groups.get((group.GroupName ?? "").toLowerCase())));
  const users = byName(present.UserDetailList, ({ UserName }) => UserName);
  for (const user of wanted.UserDetailList ?? [])
    plan.entity(() => planUser(plan, user, users.get((user.UserName ?? "").toLowerCase())));
  const roles = byName(present.RoleDetailList, ({ RoleName }) => RoleName);
  for (const role of wanted.RoleDetailList ?? [])
    plan.entity(() => planRole(plan, role, roles.get((role.RoleName ?? "").toLowerCase())));
  return plan.result();
}

type Planned = "planned" | "leftOut";

function planGroup(
  plan: PlanBuilder,
  group: GroupDetail,
  former: GroupDetail | undefined,
): Planned {
  const { GroupName = "", Path } = group;
  if (former === undefined)
    plan.step("+", `group ${GroupName}: create`, (client) =>
      client.send(new CreateGroupCommand({ GroupName, Path })),
    );
  planHolder(plan, "group", GroupName, holderOfGroup(group), holderOfGroup(former));
  return "planned";
}

function planUser(plan: PlanBuilder, user: UserDetail, former: UserDetail | undefined): Planned {
  const { UserName = "", Path } = user;
  if (former === undefined) {
    plan.step("+", `user ${UserName}: create`, (client) =>
      client.send(new CreateUserCommand({ UserName, Path })),
    );
    plan.skip(
      `user ${UserName}: password, access keys, MFA devices`,
      "AWS does not give them out; make new ones",
    );
  }
  // A group's policies are as much as its own.
  const isBounded = planHolder(plan, "user", UserName, holderOfUser(user), holderOfUser(former));
  for (const GroupName of isBounded ? (user.GroupList ?? []) : []) {
    if (former?.GroupList?.includes(GroupName)) continue;
    plan.step("+", `user ${UserName}: add to group ${GroupName}`, (client) =>
      client.send(new AddUserToGroupCommand({ UserName, GroupName })),
    );
  }
  return "planned";
}

function planRole(plan: PlanBuilder, role: RoleDetail, former: RoleDetail | undefined): Planned {
  const { RoleName = "", Path = "/", AssumeRolePolicyDocument = "" } = role;
  const what = `role ${RoleName}`;
  if (Path.startsWith("/aws-service-role/") || Path.startsWith("/aws-reserved/")) {
    plan.skip(what, "only AWS's services make and use it");
    return "leftOut";
  }
  const document = plan.translation.document(AssumeRolePolicyDocument);
  const fault = documentFault(document, "trust");
  if (fault !== undefined) {
    plan.skip(what, `its trust policy is not valid here: ${fault}`);
    return "leftOut";
  }
  if (former === undefined)
    plan.step("+", `${what}: create`, (client) =>
      client.send(new CreateRoleCommand({ RoleName, Path, AssumeRolePolicyDocument: document })),
    );
  else if (!isSameDocument(document, former.AssumeRolePolicyDocument))
    plan.step("~", `${what}: set its trust policy`, (client) =>
      client.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: document })),
    );
  planHolder(plan, "role", RoleName, holderOfRole(role), holderOfRole(former));
  return "planned";
}

const holderOfGroup = (group: GroupDetail | undefined) => ({
  inline: group?.GroupPolicyList,
  attached: group?.AttachedManagedPolicies,
});

const holderOfUser = (user: UserDetail | undefined) => ({
  inline: user?.UserPolicyList,
  attached: user?.AttachedManagedPolicies,
  boundary: user?.PermissionsBoundary,
  tags: user?.Tags,
});

const holderOfRole = (role: RoleDetail | undefined) => ({
  inline: role?.RolePolicyList,
  attached: role?.AttachedManagedPolicies,
  boundary: role?.PermissionsBoundary,
  tags: role?.Tags,
});
