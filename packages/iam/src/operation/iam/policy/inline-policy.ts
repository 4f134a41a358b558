import type * as sdk from "@aws-sdk/client-iam";
import { checkDocument, documentSize, encodeDocument } from "../../../document.ts";
import { checkIfMatch } from "../../../entity/if-match.ts";
import { ApiError, noSuchEntity } from "../../../error.ts";
import { type OperationContext, operation } from "../../../model/operation.ts";
import {
  groupHolder,
  type InlineHolderKind,
  roleHolder,
  userHolder,
} from "../../../permission/inline-holder.ts";
import type { InlinePolicy } from "../../../record/policy-holder.ts";
import { type PageRequest, slicePage } from "../../../storage/pagination.ts";

/** Operations on inline policies, for users, groups and roles. */
export const inlinePolicyOperations = {
  PutUserPolicy: operation<sdk.PutUserPolicyCommandInput, sdk.PutUserPolicyCommandOutput>({
    action: "iam:PutUserPolicy",
    target: (context, input) => userHolder.target(context, input.UserName ?? ""),
    conditionKeys: (context, input) => boundaryKey(userHolder, context, input.UserName),
    run: (context, input) => put(userHolder, context, input.UserName, input),
  }),
  PutGroupPolicy: operation<sdk.PutGroupPolicyCommandInput, sdk.PutGroupPolicyCommandOutput>({
    action: "iam:PutGroupPolicy",
    target: (context, input) => groupHolder.target(context, input.GroupName ?? ""),
    run: (context, input) => put(groupHolder, context, input.GroupName, input),
  }),
  PutRolePolicy: operation<sdk.PutRolePolicyCommandInput, sdk.PutRolePolicyCommandOutput>({
    action: "iam:PutRolePolicy",
    target: (context, input) => roleHolder.target(context, input.RoleName ?? ""),
    conditionKeys: (context, input) => boundaryKey(roleHolder, context, input.RoleName),
    run: (context, input) => put(roleHolder, context, input.RoleName, input),
  }),

  GetUserPolicy: operation<sdk.GetUserPolicyCommandInput, sdk.GetUserPolicyCommandOutput>({
    action: "iam:GetUserPolicy",
    target: (context, input) => userHolder.target(context, input.UserName ?? ""),
    async run(context, input) {
      const { holder, ...policy } = await get(
        userHolder,
        context,
        input.UserName,
        input.PolicyName,
      );
      return { UserName: holder, ...policy };
    },
  }),
  GetGroupPolicy: operation<sdk.GetGroupPolicyCommandInput, sdk.GetGroupPolicyCommandOutput>({
    action: "iam:GetGroupPolicy",
    target: (context, input) => groupHolder.target(context, input.GroupName ?? ""),
    async run(context, input) {
      const { holder, ...policy } = await get(
        groupHolder,
        context,
        input.GroupName,
        input.PolicyName,
      );
      return { GroupName: holder, ...policy };
    },
  }),
  GetRolePolicy: operation<sdk.GetRolePolicyCommandInput, sdk.GetRolePolicyCommandOutput>({
    action: "iam:GetRolePolicy",
    target: (context, input) => roleHolder.target(context, input.RoleName ?? ""),
    async run(context, input) {
      const { holder, ...policy } = await get(
        roleHolder,
        context,
        input.RoleName,
        input.PolicyName,
      );
      return { RoleName: holder, ...policy };
    },
  }),

  DeleteUserPolicy: operation<sdk.DeleteUserPolicyCommandInput, sdk.DeleteUserPolicyCommandOutput>({
    action: "iam:DeleteUserPolicy",
    target: (context, input) => userHolder.target(context, input.UserName ?? ""),
    conditionKeys: (context, input) => boundaryKey(userHolder, context, input.UserName),
    run: (context, input) => remove(userHolder, context, input.UserName, input.PolicyName),
  }),
  DeleteGroupPolicy: operation<
    sdk.DeleteGroupPolicyCommandInput,
    sdk.DeleteGroupPolicyCommandOutput
  >({
    action: "iam:DeleteGroupPolicy",
    target: (context, input) => groupHolder.target(context, input.GroupName ?? ""),
    run: (context, input) => remove(groupHolder, context, input.GroupName, input.PolicyName),
  }),
  DeleteRolePolicy: operation<sdk.DeleteRolePolicyCommandInput, sdk.DeleteRolePolicyCommandOutput>({
    action: "iam:DeleteRolePolicy",
    target: (context, input) => roleHolder.target(context, input.RoleName ?? ""),
    conditionKeys: (context, input) => boundaryKey(roleHolder, context, input.RoleName),
    run: (context, input) => remove(roleHolder, context, input.RoleName, input.PolicyName),
  }),

  ListUserPolicies: operation<sdk.ListUserPoliciesCommandInput, sdk.ListUserPoliciesCommandOutput>({
    action: "iam:ListUserPolicies",
    target: (context, input) => userHolder.target(context, input.UserName ?? ""),
    run: (context, input) => list(userHolder, context, input.UserName, input),
  }),
  ListGroupPolicies: operation<
    sdk.ListGroupPoliciesCommandInput,
    sdk.ListGroupPoliciesCommandOutput
  >({
    action: "iam:ListGroupPolicies",
    target: (context, input) => groupHolder.target(context, input.GroupName ?? ""),
    run: (context, input) => list(groupHolder, context, input.GroupName, input),
  }),
  ListRolePolicies: operation<sdk.ListRolePoliciesCommandInput, sdk.ListRolePoliciesCommandOutput>({
    action: "iam:ListRolePolicies",
    target: (context, input) => roleHolder.target(context, input.RoleName ?? ""),
    run: (context, input) => list(roleHolder, context, input.RoleName, input),
  }),
} as const;

async function put(
  kind: InlineHolderKind,
  context: OperationContext,
  name: string | undefined,
  input: { readonly PolicyName: string | undefined; readonly PolicyDocument: string | undefined },
): Promise<Record<never, never>> {
  const holder = await kind.open(context, name ?? "");
  const policy: InlinePolicy = {
    name: input.PolicyName ?? "",
    document: input.PolicyDocument ?? "",
  };
  checkDocument(policy.document, "identity");
  const before = holder.inline.find(isNamed(policy.name));
  checkIfMatch(context, before?.document);
  const inline = before
    ? holder.inline.map((other) => (isNamed(policy.name)(other) ? policy : other))
    : [...holder.inline, policy];
  const size = inline.reduce((sum, { document }) => sum + documentSize(document), 0);
  if (size > kind.sizeLimit) {
    throw new ApiError(
      "LimitExceeded",
      `Maximum policy size of ${kind.sizeLimit} bytes exceeded for ${kind.noun} ${holder.name}`,
    );
  }
  await holder.save(inline);
  return {};
}

async function get(
  kind: InlineHolderKind,
  context: OperationContext,
  name: string | undefined,
  policyName: string | undefined,
) {
  const holder = await kind.open(context, name ?? "");
  const policy = holder.inline.find(isNamed(policyName ?? ""));
  if (policy === undefined) throw noSuchPolicy(kind, policyName);
  return {
    holder: holder.name,
    PolicyName: policy.name,
    PolicyDocument: encodeDocument(policy.document),
  };
}

async function remove(
  kind: InlineHolderKind,
  context: OperationContext,
  name: string | undefined,
  policyName: string | undefined,
): Promise<Record<never, never>> {
  const holder = await kind.open(context, name ?? "");
  const policy = holder.inline.find(isNamed(policyName ?? ""));
  if (policy === undefined) throw noSuchPolicy(kind, policyName);
  await holder.save(holder.inline.filter((other) => other !== policy));
  return {};
}

async function list(
  kind: InlineHolderKind,
  context: OperationContext,
  name: string | undefined,
  request: PageRequest,
) {
  const holder = await kind.open(context, name ?? "");
  const { items, ...rest } = slicePage(holder.inline, request);
  return { PolicyNames: items.map((policy) => policy.name), ...rest };
}

/** Returns the condition key for the holder's current boundary. */
async function boundaryKey(
  kind: InlineHolderKind,
  context: OperationContext,
  name: string | undefined,
) {
  return { "iam:PermissionsBoundary": await kind.boundary(context, name ?? "") };
}

const isNamed = (name: string) => (policy: InlinePolicy) =>
  policy.name.toLowerCase() === name.toLowerCase();

const noSuchPolicy = ({ noun }: InlineHolderKind, name: string | undefined) =>
  noSuchEntity(`The ${noun} policy with name ${name} cannot be found.`);
