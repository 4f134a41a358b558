import type * as sdk from "@aws-sdk/client-iam";
import { makeUniqueId } from "../../../access-key-id.ts";
import { checkDocument, documentSize } from "../../../document.ts";
import { incrementEpoch } from "../../../entity/epoch.ts";
import { deleteListEntry, putListEntry } from "../../../entity/list-entries.ts";
import { tagAtCreation } from "../../../entity/tag-at-creation.ts";
import { mergeTags, sdkTags } from "../../../entity/tagging.ts";
import { ApiError } from "../../../error.ts";
import { type OperationContext, operation, type Target } from "../../../model/operation.ts";
import {
  findCustomerManagedPolicy,
  findPolicy,
  policyTarget,
} from "../../../permission/policy-arn.ts";
import { describePolicy } from "../../../permission/policy-description.ts";
import { policyUsage } from "../../../permission/policy-usage.ts";
import { accountCountKey } from "../../../record/account.ts";
import {
  type ManagedPolicyRecord,
  managedPolicyArn,
  managedPolicyKey,
  type PolicyEntry,
  policyUsageKey,
  policyVersionKey,
} from "../../../record/managed-policy.ts";
import { LIMITS } from "../../../settings.ts";

export const managedPolicyOperations = {
  CreatePolicy: operation<sdk.CreatePolicyCommandInput, sdk.CreatePolicyCommandOutput>({
    action: "iam:CreatePolicy",
    target: newPolicy,
    alsoAuthorize: (context, input) =>
      tagAtCreation("iam:TagPolicy", newPolicy(context, input), input.Tags),
    async run(context, input) {
      const { account, unit, now, settings } = context;
      const name = input.PolicyName ?? "";
      if (await unit.get(managedPolicyKey(account, name))) {
        throw new ApiError(
          "EntityAlreadyExists",
          `A policy called ${name} already exists. Duplicate names are not allowed.`,
        );
      }
      const document = checkManagedDocument(input.PolicyDocument ?? "");
      const createdAt = now.toISOString();
      const record: ManagedPolicyRecord = {
        account,
        name,
        id: makeUniqueId("policy"),
        path: input.Path ?? "/",
        ...(input.Description === undefined ? {} : { description: input.Description }),
        createdAt,
        updatedAt: createdAt,
        tags: mergeTags([], input.Tags),
        defaultVersion: 1,
        document,
        versions: [{ number: 1, createdAt }],
        nextVersion: 2,
      };
      unit.put(managedPolicyKey(account, name), record);
      unit.put(policyVersionKey(account, name, 1), { number: 1, document, createdAt });
      putListEntry<PolicyEntry>(context, "policies", record, { name });
      const limit = settings.quotas.policies;
      unit.count(accountCountKey(account, "policies"), "count", 1, {
        limit,
        error: () =>
          new ApiError("LimitExceeded", `Cannot exceed quota for PoliciesPerAccount: ${limit}`),
      });
      const found = { owner: "account", arn: managedPolicyArn(record), record } as const;
      const tags = record.tags.length > 0 ? { Tags: sdkTags(record.tags) } : {};
      return { Policy: { ...describePolicy(found, { attachments: 0, boundaries: 0 }), ...tags } };
    },
  }),

  GetPolicy: operation<sdk.GetPolicyCommandInput, sdk.GetPolicyCommandOutput>({
    action: "iam:GetPolicy",
    target: policyTarget,
    async run(context, input) {
      const found = await findPolicy(context, input.PolicyArn ?? "");
      const { description, tags } =
        found.owner === "account"
          ? found.record
          : { description: found.policy.description, tags: [] };
      return {
        Policy: {
          ...describePolicy(found, await policyUsage(context, found.arn)),
          ...(description === undefined ? {} : { Description: description }),
          Tags: sdkTags(tags),
        },
      };
    },
  }),

  DeletePolicy: operation<sdk.DeletePolicyCommandInput, sdk.DeletePolicyCommandOutput>({
    action: "iam:DeletePolicy",
    target: policyTarget,
    async run(context, input) {
      const { account, unit } = context;
      const arn = input.PolicyArn ?? "";
      const { name, path, versions, defaultVersion } = await findCustomerManagedPolicy(
        context,
        arn,
      );
      const inUse = () =>
        new ApiError("DeleteConflict", "Cannot delete a policy attached to entities.");
      const { attachments, boundaries } = await policyUsage(context, arn);
      if (attachments + boundaries > 0) throw inUse();
      if (versions.length > 1) {
        throw new ApiError(
          "DeleteConflict",
          "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
        );
      }
      unit.delete(managedPolicyKey(account, name));
      unit.delete(policyVersionKey(account, name, defaultVersion), { expect: "any" });
      deleteListEntry(context, "policies", { path, name });
      unit.deleteCounter(policyUsageKey(account, arn), ["attachments", "boundaries"], inUse);
      unit.count(accountCountKey(account, "policies"), "count", -1);
      // A new policy may get the same name, so caches must drop this policy's document.
      await incrementEpoch(context);
      return {};
    },
  }),
} as const;

function newPolicy(
  { account }: OperationContext,
  { Path = "/", PolicyName = "" }: sdk.CreatePolicyCommandInput,
): Target {
  return {
    arn: managedPolicyArn({ account, path: Path, name: PolicyName }),
    resourceName: `policy ${PolicyName}`,
  };
}

/**
 * Returns the document of a managed policy if it is valid.
 * @throws {ApiError} `MalformedPolicyDocument`, `LimitExceeded`
 */
export function checkManagedDocument(document: string): string {
  checkDocument(document, "managed");
  if (documentSize(document) > LIMITS.managedPolicySize) {
    throw new ApiError(
      "LimitExceeded",
      `Cannot exceed quota for PolicySize: ${LIMITS.managedPolicySize}`,
    );
  }
  return document;
}
