import type * as sdk from "@aws-sdk/client-organizations";
import { ApiError } from "../../error.ts";
import { operation } from "../../model/operation.ts";
import { addAttachmentEntry, removeAttachmentEntry } from "../../organization/attachment-entry.ts";
import {
  describeAttachmentTarget,
  openAttachmentTarget,
} from "../../organization/attachment-target.ts";
import { findOrganization } from "../../organization/organization.ts";
import { organizationSlice } from "../../organization/organization-page.ts";
import { organizationTarget } from "../../organization/organization-target.ts";
import { policyAttachments } from "../../organization/policy-attachments.ts";
import {
  describeServiceControlPolicySummaries,
  FULL_ACCESS,
  findServiceControlPolicy,
  policyTypeKey,
  SERVICE_CONTROL_POLICY,
} from "../../organization/service-control-policy.ts";
import { serviceControlPolicyKey } from "../../record/organization.ts";

/** Maximum number of policies attached to one target (Organizations UG/orgs_reference_limits). */
const MAX_ATTACHED = 5;

/** Operations on the attachments of service control policies. */
export const serviceControlAttachmentOperations = {
  AttachPolicy: operation<sdk.AttachPolicyCommandInput, sdk.AttachPolicyCommandOutput>({
    action: "organizations:AttachPolicy",
    target: organizationTarget("policy", (input: sdk.AttachPolicyCommandInput) => input.PolicyId),
    conditionKeys: () => policyTypeKey(SERVICE_CONTROL_POLICY),
    alsoAuthorize: async (context, input) => [
      {
        action: "organizations:AttachPolicy",
        target: await organizationTarget("account", () => input.TargetId)(context, input),
      },
    ],
    async run(context, input) {
      const policy = await findServiceControlPolicy(context, input.PolicyId ?? "");
      const target = await openAttachmentTarget(context, input.TargetId ?? "");
      if (!(await findOrganization(context)).serviceControlEnabled) {
        throw new ApiError(
          "PolicyTypeNotEnabledException",
          "This operation can be performed only for enabled policy types.",
        );
      }
      if (target.attached.includes(policy.id)) {
        throw new ApiError(
          "DuplicatePolicyAttachmentException",
          "A policy with the same name and type already exists.",
        );
      }
      if (target.attached.length >= MAX_ATTACHED) {
        throw new ApiError(
          "ConstraintViolationException",
          "You have attached the maximum number of policies to the specified target.",
          {
            Reason: "MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED",
          },
        );
      }
      addAttachmentEntry(context, await findOrganization(context), policy.id, target.id);
      if (policy.id !== FULL_ACCESS.id)
        context.unit.check(serviceControlPolicyKey(context.account, policy.id), "present");
      await target.save([...target.attached, policy.id]);
      return {};
    },
  }),

  DetachPolicy: operation<sdk.DetachPolicyCommandInput, sdk.DetachPolicyCommandOutput>({
    action: "organizations:DetachPolicy",
    target: organizationTarget("policy", (input: sdk.DetachPolicyCommandInput) => input.PolicyId),
    conditionKeys: () => policyTypeKey(SERVICE_CONTROL_POLICY),
    alsoAuthorize: async (context, input) => [
      {
        action: "organizations:DetachPolicy",
        target: await organizationTarget("account", () => input.TargetId)(context, input),
      },
    ],
    async run(context, input) {
      const policy = await findServiceControlPolicy(context, input.PolicyId ?? "");
      const target = await openAttachmentTarget(context, input.TargetId ?? "");
      if (!target.attached.includes(policy.id)) {
        throw new ApiError(
          "PolicyNotAttachedException",
          "The policy isn't attached to the specified target in the specified root.",
        );
      }
      if (target.attached.length === 1) {
        throw new ApiError(
          "ConstraintViolationException",
          "You can't remove the last policy attached to the specified target. You must have at least one attached at all times.",
          {
            Reason: "MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED",
          },
        );
      }
      removeAttachmentEntry(context, await findOrganization(context), policy.id, target.id);
      await target.save(target.attached.filter((id) => id !== policy.id));
      return {};
    },
  }),

  ListPoliciesForTarget: operation<
    sdk.ListPoliciesForTargetCommandInput,
    sdk.ListPoliciesForTargetCommandOutput
  >({
    action: "organizations:ListPoliciesForTarget",
    target: organizationTarget(
      "account",
      (input: sdk.ListPoliciesForTargetCommandInput) => input.TargetId,
    ),
    conditionKeys: (_, input) => policyTypeKey(input.Filter),
    async run(context, input) {
      const { attached } = await openAttachmentTarget(context, input.TargetId ?? "");
      if (input.Filter !== SERVICE_CONTROL_POLICY) return { Policies: [] };
      const { items, ...rest } = await organizationSlice(attached, input);
      const policies = await Promise.all(items.map((id) => findServiceControlPolicy(context, id)));
      return { Policies: await describeServiceControlPolicySummaries(context, policies), ...rest };
    },
  }),

  ListTargetsForPolicy: operation<
    sdk.ListTargetsForPolicyCommandInput,
    sdk.ListTargetsForPolicyCommandOutput
  >({
    action: "organizations:ListTargetsForPolicy",
    target: organizationTarget(
      "policy",
      (input: sdk.ListTargetsForPolicyCommandInput) => input.PolicyId,
    ),
    conditionKeys: () => policyTypeKey(SERVICE_CONTROL_POLICY),
    async run(context, input) {
      const { id } = await findServiceControlPolicy(context, input.PolicyId ?? "");
      const { items, ...rest } = await policyAttachments(context, id, input);
      return {
        Targets: await Promise.all(
          items.map((target) => describeAttachmentTarget(context, target)),
        ),
        ...rest,
      };
    },
  }),
} as const;
