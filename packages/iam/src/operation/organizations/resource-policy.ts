import type * as sdk from "@aws-sdk/client-organizations";
import { type Policy, parsePolicy } from "@portcullis/policy";
import { tagAtCreation } from "../../entity/tag-at-creation.ts";
import { mergeTags } from "../../entity/tagging.ts";
import { ApiError } from "../../error.ts";
import { type OperationContext, operation } from "../../model/operation.ts";
import { isDelegable } from "../../organization/delegation.ts";
import { findOrganization, randomId } from "../../organization/organization.ts";
import {
  organizationArn,
  resourcePolicyTarget,
  wholeOrganization,
} from "../../organization/organization-target.ts";
import {
  type OrganizationPolicyRecord,
  organizationPolicyKey,
} from "../../record/trusted-access.ts";

/** Maximum length of the document, in characters (Organizations UG/orgs_reference_limits). */
const MAX_LENGTH = 40_000;

/**
 * Operations on the organization's resource policy, which allows member accounts to perform
 * operations of the organization.
 */
export const resourcePolicyOperations = {
  PutResourcePolicy: operation<
    sdk.PutResourcePolicyCommandInput,
    sdk.PutResourcePolicyCommandOutput
  >({
    action: "organizations:PutResourcePolicy",
    target: resourcePolicyTarget,
    alsoAuthorize: async (context, input) =>
      tagAtCreation("organizations:TagResource", await resourcePolicyTarget(context), input.Tags),
    async run(context, input) {
      await findOrganization(context);
      const document = checkedContent(input.Content ?? "");
      const key = organizationPolicyKey(context.account);
      const before = await context.unit.get(key);
      const policy: OrganizationPolicyRecord = {
        id: before?.id ?? `rp-${randomId(8)}`,
        document,
        tags: mergeTags(before?.tags ?? [], input.Tags),
      };
      context.unit.put(key, policy);
      return { ResourcePolicy: await describe(context, policy) };
    },
  }),

  DescribeResourcePolicy: operation<
    sdk.DescribeResourcePolicyCommandInput,
    sdk.DescribeResourcePolicyCommandOutput
  >({
    action: "organizations:DescribeResourcePolicy",
    target: wholeOrganization,
    run: async (context) => ({
      ResourcePolicy: await describe(context, await findResourcePolicy(context)),
    }),
  }),

  DeleteResourcePolicy: operation<
    sdk.DeleteResourcePolicyCommandInput,
    sdk.DeleteResourcePolicyCommandOutput
  >({
    action: "organizations:DeleteResourcePolicy",
    target: wholeOrganization,
    async run(context) {
      await findResourcePolicy(context);
      context.unit.delete(organizationPolicyKey(context.account));
      return {};
    },
  }),
} as const;

/**
 * Returns the organization's resource policy. @throws {ApiError} `ResourcePolicyNotFoundException`
 */
async function findResourcePolicy(context: OperationContext): Promise<OrganizationPolicyRecord> {
  await findOrganization(context);
  const policy = await context.unit.get(organizationPolicyKey(context.account));
  if (policy !== undefined) return policy;
  throw new ApiError(
    "ResourcePolicyNotFoundException",
    "We can't find a resource policy request with the parameter that you specified.",
  );
}

/**
 * Returns the document if it is a valid resource policy. @throws {ApiError} `InvalidInputException`
 */
function checkedContent(content: string): string {
  if (content.length > MAX_LENGTH) {
    throw new ApiError(
      "ConstraintViolationException",
      `The policy document is longer than ${MAX_LENGTH} characters.`,
      { Reason: "POLICY_CONTENT_LIMIT_EXCEEDED" },
    );
  }
  const parsed = parsePolicy(content, "resource");
  if (!parsed.ok) {
    throw new ApiError(
      "InvalidInputException",
      parsed.issues.map(({ message }) => message).join(" "),
      { Reason: "INVALID_RESOURCE_POLICY_JSON" },
    );
  }
  const unsupported = actionsNamed(parsed.policy).find((action) => !isDelegable(action));
  if (unsupported !== undefined) {
    throw new ApiError(
      "InvalidInputException",
      `You specified an action that a resource policy can't allow: ${unsupported}.`,
      { Reason: "UNSUPPORTED_ACTION_IN_RESOURCE_POLICY" },
    );
  }
  return content;
}

/**
 * Returns the actions that the policy names without wildcards. Only delegable actions take effect,
 * whatever else a wildcard matches.
 */
const actionsNamed = ({ statements }: Policy): readonly string[] =>
  statements.flatMap(({ action }) => action.patterns.filter((name) => !/[*?]/.test(name)));

async function describe(context: OperationContext, policy: OrganizationPolicyRecord) {
  const organization = await findOrganization(context);
  return {
    ResourcePolicySummary: {
      Id: policy.id,
      Arn: organizationArn(organization, "resourcepolicy", policy.id),
    },
    Content: policy.document,
  };
}
