import type * as sdk from "@aws-sdk/client-organizations";
import { parsePolicy } from "@portcullis/policy";
import { documentSize } from "../../document.ts";
import { tagAtCreation } from "../../entity/tag-at-creation.ts";
import { mergeTags } from "../../entity/tagging.ts";
import { ApiError } from "../../error.ts";
import { type OperationContext, operation } from "../../model/operation.ts";
import { findOrganization, randomId, saveOrganization } from "../../organization/organization.ts";
import { organizationPage } from "../../organization/organization-page.ts";
import {
  newPolicyTarget,
  organizationTarget,
  wholeOrganization,
} from "../../organization/organization-target.ts";
import {
  describeServiceControlPolicy,
  describeServiceControlPolicySummaries,
  FULL_ACCESS,
  findServiceControlPolicy,
  policyTypeKey,
  SERVICE_CONTROL_POLICY,
} from "../../organization/service-control-policy.ts";
import {
  claimKey,
  policyEntryKey,
  type ServiceControlPolicyRecord,
  serviceControlPolicyKey,
} from "../../record/organization.ts";
import { partitionOf } from "../../record/partition.ts";
import { generationOf, policyTargetsCountKey } from "../../record/service-control-attachment.ts";

/**
 * Maximum size of a document, in characters without whitespace (Organizations
 * UG/orgs_reference_limits).
 */
const MAX_DOCUMENT_SIZE = 5120;

export const serviceControlPolicyOperations = {
  CreatePolicy: operation<sdk.CreatePolicyCommandInput, sdk.CreatePolicyCommandOutput>({
    action: "organizations:CreatePolicy",
    target: newPolicyTarget,
    conditionKeys: (_, input) => policyTypeKey(input.Type),
    alsoAuthorize: async (context, input) =>
      tagAtCreation("organizations:TagResource", await wholeOrganization(context), input.Tags),
    async run(context, input) {
      const { account, unit } = context;
      await findOrganization(context);
      requireSupportedType(input.Type);
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
      return { Policy: await describeServiceControlPolicy(context, policy) };
    },
  }),

  DescribePolicy: operation<sdk.DescribePolicyCommandInput, sdk.DescribePolicyCommandOutput>({
    action: "organizations:DescribePolicy",
    target: organizationTarget("policy", (input: sdk.DescribePolicyCommandInput) => input.PolicyId),
    conditionKeys: () => policyTypeKey(SERVICE_CONTROL_POLICY),
    run: async (context, input) => ({
      Policy: await describeServiceControlPolicy(
        context,
        await findServiceControlPolicy(context, input.PolicyId ?? ""),
      ),
    }),
  }),

  UpdatePolicy: operation<sdk.UpdatePolicyCommandInput, sdk.UpdatePolicyCommandOutput>({
    action: "organizations:UpdatePolicy",
    target: organizationTarget("policy", (input: sdk.UpdatePolicyCommandInput) => input.PolicyId),
    conditionKeys: () => policyTypeKey(SERVICE_CONTROL_POLICY),
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
      return { Policy: await describeServiceControlPolicy(context, after) };
    },
  }),

  DeletePolicy: operation<sdk.DeletePolicyCommandInput, sdk.DeletePolicyCommandOutput>({
    action: "organizations:DeletePolicy",
    target: organizationTarget("policy", (input: sdk.DeletePolicyCommandInput) => input.PolicyId),
    conditionKeys: () => policyTypeKey(SERVICE_CONTROL_POLICY),
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
    target: wholeOrganization,
    conditionKeys: (_, input) => policyTypeKey(input.Filter),
    async run(context, input) {
      await findOrganization(context);
      if (input.Filter !== SERVICE_CONTROL_POLICY) return { Policies: [] };
      const { account, unit } = context;
      const list = { account, partition: partitionOf("service-control-policies") };
      const { items, ...rest } = await organizationPage<{ readonly id: string }>(unit, list, input);
      const found = await unit.getAll(
        items.map(({ data }) => serviceControlPolicyKey(account, data.id)),
      );
      const policies = found.filter((policy) => policy !== undefined);
      // FullAWSAccess is the first item of the first page.
      const all = input.NextToken === undefined ? [FULL_ACCESS, ...policies] : policies;
      return { Policies: await describeServiceControlPolicySummaries(context, all), ...rest };
    },
  }),
} as const;

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
  return findServiceControlPolicy(context, id);
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

function requireSupportedType(type: string | undefined): void {
  if (type === SERVICE_CONTROL_POLICY) return;
  throw new ApiError(
    "PolicyTypeNotAvailableForOrganizationException",
    `Policies of type ${type} are not offered, only ${SERVICE_CONTROL_POLICY}.`,
  );
}

/**
 * Returns the document if it is a valid service control policy.
 * @throws {ApiError} `MalformedPolicyDocumentException`
 */
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
