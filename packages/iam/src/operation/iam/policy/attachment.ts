import type * as sdk from "@aws-sdk/client-iam";
import { ApiError } from "../../../error.ts";
import { type OperationContext, operation } from "../../../model/operation.ts";
import {
  type AttachmentHolderKind,
  groupHolder,
  roleHolder,
  userHolder,
} from "../../../permission/attachment-holder.ts";
import {
  lookUpPolicy,
  parsePolicyArn,
  policyNotFound,
  policyPathOf,
} from "../../../permission/policy-arn.ts";
import { addPolicyUse, removePolicyUse } from "../../../permission/policy-usage.ts";
import { policyNameOf } from "../../../record/managed-policy.ts";
import { LIMITS } from "../../../settings.ts";
import { type PageRequest, slicePage } from "../../../storage/pagination.ts";

/** Operations on attached managed policies, for users, groups and roles. */
export const attachmentOperations = {
  AttachUserPolicy: operation<sdk.AttachUserPolicyCommandInput, sdk.AttachUserPolicyCommandOutput>({
    action: "iam:AttachUserPolicy",
    target: (context, input) => userHolder.target(context, input.UserName ?? ""),
    conditionKeys: (context, input) => attachmentKeys(userHolder, context, input.UserName, input),
    run: (context, input) => attach(userHolder, context, input.UserName, input),
  }),
  AttachGroupPolicy: operation<
    sdk.AttachGroupPolicyCommandInput,
    sdk.AttachGroupPolicyCommandOutput
  >({
    action: "iam:AttachGroupPolicy",
    target: (context, input) => groupHolder.target(context, input.GroupName ?? ""),
    conditionKeys: (context, input) => attachmentKeys(groupHolder, context, input.GroupName, input),
    run: (context, input) => attach(groupHolder, context, input.GroupName, input),
  }),
  AttachRolePolicy: operation<sdk.AttachRolePolicyCommandInput, sdk.AttachRolePolicyCommandOutput>({
    action: "iam:AttachRolePolicy",
    target: (context, input) => roleHolder.target(context, input.RoleName ?? ""),
    conditionKeys: (context, input) => attachmentKeys(roleHolder, context, input.RoleName, input),
    run: (context, input) => attach(roleHolder, context, input.RoleName, input),
  }),

  DetachUserPolicy: operation<sdk.DetachUserPolicyCommandInput, sdk.DetachUserPolicyCommandOutput>({
    action: "iam:DetachUserPolicy",
    target: (context, input) => userHolder.target(context, input.UserName ?? ""),
    conditionKeys: (context, input) => attachmentKeys(userHolder, context, input.UserName, input),
    run: (context, input) => detach(userHolder, context, input.UserName, input),
  }),
  DetachGroupPolicy: operation<
    sdk.DetachGroupPolicyCommandInput,
    sdk.DetachGroupPolicyCommandOutput
  >({
    action: "iam:DetachGroupPolicy",
    target: (context, input) => groupHolder.target(context, input.GroupName ?? ""),
    conditionKeys: (context, input) => attachmentKeys(groupHolder, context, input.GroupName, input),
    run: (context, input) => detach(groupHolder, context, input.GroupName, input),
  }),
  DetachRolePolicy: operation<sdk.DetachRolePolicyCommandInput, sdk.DetachRolePolicyCommandOutput>({
    action: "iam:DetachRolePolicy",
    target: (context, input) => roleHolder.target(context, input.RoleName ?? ""),
    conditionKeys: (context, input) => attachmentKeys(roleHolder, context, input.RoleName, input),
    run: (context, input) => detach(roleHolder, context, input.RoleName, input),
  }),

  ListAttachedUserPolicies: operation<
    sdk.ListAttachedUserPoliciesCommandInput,
    sdk.ListAttachedUserPoliciesCommandOutput
  >({
    action: "iam:ListAttachedUserPolicies",
    target: (context, input) => userHolder.target(context, input.UserName ?? ""),
    run: (context, input) => list(userHolder, context, input.UserName, input),
  }),
  ListAttachedGroupPolicies: operation<
    sdk.ListAttachedGroupPoliciesCommandInput,
    sdk.ListAttachedGroupPoliciesCommandOutput
  >({
    action: "iam:ListAttachedGroupPolicies",
    target: (context, input) => groupHolder.target(context, input.GroupName ?? ""),
    run: (context, input) => list(groupHolder, context, input.GroupName, input),
  }),
  ListAttachedRolePolicies: operation<
    sdk.ListAttachedRolePoliciesCommandInput,
    sdk.ListAttachedRolePoliciesCommandOutput
  >({
    action: "iam:ListAttachedRolePolicies",
    target: (context, input) => roleHolder.target(context, input.RoleName ?? ""),
    run: (context, input) => list(roleHolder, context, input.RoleName, input),
  }),
} as const;

interface PolicyInput {
  readonly PolicyArn: string | undefined;
}

async function attach(
  kind: AttachmentHolderKind,
  context: OperationContext,
  name: string | undefined,
  input: PolicyInput,
): Promise<Record<never, never>> {
  const arn = input.PolicyArn ?? "";
  const found = await lookUpPolicy(context, arn);
  const { entry, attached, save } = await kind.open(context, name ?? "", "change");
  if (arn.startsWith("arn:aws:iam::aws:policy/aws-service-role/")) {
    throw new ApiError(
      "PolicyNotAttachable",
      "Cannot attach a Service Role Policy to a Customer Role.",
    );
  }
  if (found?.owner === "canned" && !found.policy.attachable) {
    throw new ApiError("PolicyNotAttachable", `Policy ${arn} is not attachable.`);
  }
  if (found === undefined) {
    throw new ApiError("NoSuchEntity", `Policy ${arn} does not exist or is not attachable.`);
  }
  if (attached.includes(arn)) return {};
  if (attached.length >= LIMITS.attachedPolicies) {
    throw new ApiError(
      "LimitExceeded",
      `Cannot exceed quota for ${kind.quota}: ${LIMITS.attachedPolicies}`,
    );
  }
  await save([...attached, arn]);
  addPolicyUse(context, "PermissionsPolicy", arn, entry);
  return {};
}

async function detach(
  kind: AttachmentHolderKind,
  context: OperationContext,
  name: string | undefined,
  input: PolicyInput,
): Promise<Record<never, never>> {
  const arn = input.PolicyArn ?? "";
  parsePolicyArn(arn);
  const { entry, attached, save } = await kind.open(context, name ?? "", "change");
  if (!attached.includes(arn)) throw policyNotFound(arn);
  await save(attached.filter((other) => other !== arn));
  removePolicyUse(context, "PermissionsPolicy", arn, entry);
  return {};
}

async function list(
  kind: AttachmentHolderKind,
  context: OperationContext,
  name: string | undefined,
  request: PageRequest & { readonly PathPrefix?: string | undefined },
) {
  const { attached } = await kind.open(context, name ?? "", "read");
  const prefix = request.PathPrefix ?? "/";
  const { items, ...rest } = slicePage(
    attached.filter((arn) => policyPathOf(arn).startsWith(prefix)),
    request,
  );
  return {
    AttachedPolicies: items.map((arn) => ({ PolicyName: policyNameOf(arn), PolicyArn: arn })),
    ...rest,
  };
}

/** Returns the condition keys. `iam:PermissionsBoundary` is the holder's current boundary. */
async function attachmentKeys(
  kind: AttachmentHolderKind,
  context: OperationContext,
  name: string | undefined,
  input: PolicyInput,
) {
  return {
    "iam:PolicyARN": input.PolicyArn,
    "iam:PermissionsBoundary": await kind.boundary(context, name ?? ""),
  };
}
