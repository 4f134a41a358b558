import type * as sdk from "@aws-sdk/client-organizations";
import { parsePolicy } from "@portcullis/policy";
import { documentSize } from "../../document.ts";
import { tagAtCreation } from "../../entity/tag-at-creation.ts";
import { ApiError } from "../../error.ts";
import { type OperationContext, operation } from "../../operation.ts";
import {
  awsManagedPolicyArn,
  findOrganization,
  organizationArn,
  organizationTarget,
  randomId,
  saveOrganization,
} from "../../organization/organization-changes.ts";
import { organizationPage, organizationSlice } from "../../organization/organization-page.ts";
import { beginAttachment, endAttachment } from "../../organization/service-control-changes.ts";
import { describeTarget, openTarget } from "../../organization/service-control-target.ts";
import { targetsOf } from "../../organization/service-control-targets.ts";
import {
  claimKey,
  FULL_AWS_ACCESS,
  policyEntryKey,
  type ServiceControlPolicyRecord,
  serviceControlPolicyKey,
} from "../../record/organization.ts";
import { generationOf, policyTargetsCountKey } from "../../record/service-control-attachment.ts";
import { mergeTags } from "../../tagging.ts";

const TYPE = "SERVICE_CONTROL_POLICY";
/** Characters without whitespace, and policies attached to one target (Organizations UG/orgs_reference_limits). */
const MAX_DOCUMENT_SIZE = 5120;
const MAX_ATTACHED = 5;

export const serviceControlPolicyOperations = {
  CreatePolicy: operation<sdk.CreatePolicyCommandInput, sdk.CreatePolicyCommandOutput>({
    action: "organizations:CreatePolicy",
    target: organizationTarget("organization"),
    alsoAuthorize: async (context, input) =>
      tagAtCreation(
        "organizations:TagResource",
        await organizationTarget("organization")(context, input),
        input.Tags,
      ),
    async run(context, input) {
      const { account, unit } = context;
      await findOrganization(context);
      requireOurType(input.Type);
      const policy: ServiceControlPolicyRecord = {
        id: `p-${randomId(8)}`,
        name: input.Name ?? "",
        description: input.Description ?? "",
        document: checkedContent(input.Content ?? ""),
        tags: mergeTags([], input.Tags),
      };
      await claimName(context, policy);
      unit.put(serviceControlPolicyKey(account, policy.id), policy);
      unit.put(policyEntryKey(account, policy.id), { id: policy.id });
      return { Policy: await describePolicy(context, policy) };
    },
  }),

  DescribePolicy: operation<sdk.DescribePolicyCommandInput, sdk.DescribePolicyCommandOutput>({
    action: "organizations:DescribePolicy",
    target: organizationTarget("policy", (input: sdk.DescribePolicyCommandInput) => input.PolicyId),
    run: async (context, input) => ({
      Policy: await describePolicy(context, await findPolicy(context, input.PolicyId ?? "")),
    }),
  }),

  UpdatePolicy: operation<sdk.UpdatePolicyCommandInput, sdk.UpdatePolicyCommandOutput>({
    action: "organizations:UpdatePolicy",
    target: organizationTarget("policy", (input: sdk.UpdatePolicyCommandInput) => input.PolicyId),
    async run(context, input) {
      const before = await findOwnPolicy(context, input.PolicyId ?? "");
      const after: ServiceControlPolicyRecord = {
        ...before,
        name: input.Name ?? before.name,
        description: input.Description ?? before.description,
        document: input.Content === undefined ? before.document : checkedContent(input.Content),
      };
      if (after.name.toLowerCase() !== before.name.toLowerCase()) {
        await claimName(context, after);
        context.unit.delete(claimKey(context.account, "policy-name", before.name), {
          expect: "any",
        });
      }
      context.unit.put(serviceControlPolicyKey(context.account, before.id), after);
      if (after.document !== before.document)
        saveOrganization(context, await findOrganization(context));
      return { Policy: await describePolicy(context, after) };
    },
  }),

  DeletePolicy: operation<sdk.DeletePolicyCommandInput, sdk.DeletePolicyCommandOutput>({
    action: "organizations:DeletePolicy",
    target: organizationTarget("policy", (input: sdk.DeletePolicyCommandInput) => input.PolicyId),
    async run(context, input) {
      const { account, unit } = context;
      const policy = await findOwnPolicy(context, input.PolicyId ?? "");
      const organization = await findOrganization(context);
      unit.deleteCounter(
        policyTargetsCountKey(account, {
          policyId: policy.id,
          generation: generationOf(organization),
        }),
        ["targets"],
        () =>
          new ApiError(
            "PolicyInUseException",
            "The policy is attached to one or more entities. You must detach it from all roots, OUs, and accounts before performing this operation.",
          ),
      );
      unit.delete(serviceControlPolicyKey(account, policy.id));
      unit.delete(policyEntryKey(account, policy.id), { expect: "any" });
      unit.delete(claimKey(account, "policy-name", policy.name), { expect: "any" });
      saveOrganization(context, organization);
      return {};
    },
  }),

  ListPolicies: operation<sdk.ListPoliciesCommandInput, sdk.ListPoliciesCommandOutput>({
    action: "organizations:ListPolicies",
    target: organizationTarget("organization"),
    async run(context, input) {
      await findOrganization(context);
      if (input.Filter !== TYPE) return { Policies: [] };
      const { account, unit } = context;
      const list = { account, partition: "service-control-policies" };
      const { items, ...rest } = await organizationPage<{ readonly id: string }>(unit, list, input);
      const found = await unit.getAll(
        items.map(({ data }) => serviceControlPolicyKey(account, data.id)),
      );
      const policies = found.filter((policy) => policy !== undefined);
      // AWS's own comes first, on the first page.
      const all = input.NextToken === undefined ? [FULL_ACCESS, ...policies] : policies;
      return { Policies: await summaries(context, all), ...rest };
    },
  }),

  AttachPolicy: operation<sdk.AttachPolicyCommandInput, sdk.AttachPolicyCommandOutput>({
    action: "organizations:AttachPolicy",
    target: organizationTarget("policy", (input: sdk.AttachPolicyCommandInput) => input.PolicyId),
    alsoAuthorize: async (context, input) => [
      {
        action: "organizations:AttachPolicy",
        target: await organizationTarget("account", () => input.TargetId)(context, input),
      },
    ],
    async run(context, input) {
      const policy = await findPolicy(context, input.PolicyId ?? "");
      const target = await openTarget(context, input.TargetId ?? "");
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
      beginAttachment(context, await findOrganization(context), policy.id, target.id);
      if (policy.id !== FULL_ACCESS.id)
        context.unit.check(serviceControlPolicyKey(context.account, policy.id), "present");
      await target.save([...target.attached, policy.id]);
      return {};
    },
  }),

  DetachPolicy: operation<sdk.DetachPolicyCommandInput, sdk.DetachPolicyCommandOutput>({
    action: "organizations:DetachPolicy",
    target: organizationTarget("policy", (input: sdk.DetachPolicyCommandInput) => input.PolicyId),
    alsoAuthorize: async (context, input) => [
      {
        action: "organizations:DetachPolicy",
        target: await organizationTarget("account", () => input.TargetId)(context, input),
      },
    ],
    async run(context, input) {
      const policy = await findPolicy(context, input.PolicyId ?? "");
      const target = await openTarget(context, input.TargetId ?? "");
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
      endAttachment(context, await findOrganization(context), policy.id, target.id);
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
    async run(context, input) {
      const { attached } = await openTarget(context, input.TargetId ?? "");
      if (input.Filter !== TYPE) return { Policies: [] };
      const { items, ...rest } = await organizationSlice(attached, input);
      const policies = await Promise.all(items.map((id) => findPolicy(context, id)));
      return { Policies: await summaries(context, policies), ...rest };
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
    async run(context, input) {
      const { id } = await findPolicy(context, input.PolicyId ?? "");
      const { items, ...rest } = await targetsOf(context, id, input);
      return {
        Targets: await Promise.all(items.map((target) => describeTarget(context, target))),
        ...rest,
      };
    },
  }),
} as const;

const FULL_ACCESS: ServiceControlPolicyRecord = { ...FULL_AWS_ACCESS, tags: [] };

/** @throws {ApiError} `PolicyNotFoundException` */
async function findPolicy(
  { account, unit }: OperationContext,
  id: string,
): Promise<ServiceControlPolicyRecord> {
  const policy =
    id === FULL_ACCESS.id ? FULL_ACCESS : await unit.get(serviceControlPolicyKey(account, id));
  if (policy === undefined)
    throw new ApiError("PolicyNotFoundException", "You specified a policy that doesn't exist.");
  return policy;
}

async function findOwnPolicy(
  context: OperationContext,
  id: string,
): Promise<ServiceControlPolicyRecord> {
  if (id === FULL_ACCESS.id) {
    throw new ApiError(
      "InvalidInputException",
      "You specified a policy that is managed by AWS and can't be modified.",
      { Reason: "IMMUTABLE_POLICY" },
    );
  }
  return findPolicy(context, id);
}

async function claimName(
  { account, unit }: OperationContext,
  { id, name }: ServiceControlPolicyRecord,
): Promise<void> {
  const claim = claimKey(account, "policy-name", name);
  if (name.toLowerCase() === FULL_ACCESS.name.toLowerCase() || (await unit.get(claim))) {
    throw new ApiError("DuplicatePolicyException", "A policy with the same name already exists.");
  }
  unit.put(claim, { id });
}

function requireOurType(type: string | undefined): void {
  if (type === TYPE) return;
  throw new ApiError(
    "PolicyTypeNotAvailableForOrganizationException",
    `Policies of type ${type} are not offered, only ${TYPE}.`,
  );
}

/** @throws {ApiError} `MalformedPolicyDocumentException` */
function checkedContent(content: string): string {
  const parsed = parsePolicy(content, "serviceControl");
  if (!parsed.ok)
    throw new ApiError(
      "MalformedPolicyDocumentException",
      parsed.issues.map(({ message }) => message).join(" "),
    );
  if (documentSize(content) > MAX_DOCUMENT_SIZE) {
    throw new ApiError(
      "ConstraintViolationException",
      `The policy document is longer than ${MAX_DOCUMENT_SIZE} characters.`,
      {
        Reason: "POLICY_CONTENT_LIMIT_EXCEEDED",
      },
    );
  }
  return content;
}

async function summaries(
  context: OperationContext,
  policies: readonly ServiceControlPolicyRecord[],
): Promise<sdk.PolicySummary[]> {
  const described = await Promise.all(policies.map((policy) => describePolicy(context, policy)));
  return described.map(({ PolicySummary }) => PolicySummary ?? {});
}

async function describePolicy(
  context: OperationContext,
  policy: ServiceControlPolicyRecord,
): Promise<sdk.Policy> {
  const managed = policy.id === FULL_ACCESS.id;
  const organization = await findOrganization(context);
  return {
    PolicySummary: {
      Id: policy.id,
      Arn: managed
        ? awsManagedPolicyArn(policy.id)
        : organizationArn(organization, "policy", policy.id),
      Name: policy.name,
      Description: policy.description,
      Type: TYPE,
      AwsManaged: managed,
    },
    Content: policy.document,
  };
}
