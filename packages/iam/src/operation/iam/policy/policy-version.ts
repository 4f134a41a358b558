import type * as sdk from "@aws-sdk/client-iam";
import { encodeDocument } from "../../../document.ts";
import { incrementEpoch } from "../../../entity/epoch.ts";
import { checkIfMatch } from "../../../entity/if-match.ts";
import { ApiError, noSuchEntity } from "../../../error.ts";
import { type OperationContext, operation } from "../../../model/operation.ts";
import {
  type FoundPolicy,
  findCustomerManagedPolicy,
  findPolicy,
  policyTarget,
} from "../../../permission/policy-arn.ts";
import {
  type ManagedPolicyRecord,
  managedPolicyKey,
  policyVersionKey,
} from "../../../record/managed-policy.ts";
import { LIMITS } from "../../../settings.ts";
import { slicePage } from "../../../storage/pagination.ts";
import { checkManagedDocument } from "./managed-policy.ts";

export const policyVersionOperations = {
  CreatePolicyVersion: operation<
    sdk.CreatePolicyVersionCommandInput,
    sdk.CreatePolicyVersionCommandOutput
  >({
    action: "iam:CreatePolicyVersion",
    target: policyTarget,
    async run(context, input) {
      const { account, unit, now } = context;
      const policy = await findCustomerManagedPolicy(context, input.PolicyArn ?? "");
      checkIfMatch(context, policy.document);
      const document = checkManagedDocument(input.PolicyDocument ?? "");
      if (policy.versions.length >= LIMITS.policyVersions) {
        throw new ApiError(
          "LimitExceeded",
          `A managed policy can have up to ${LIMITS.policyVersions} versions. Before you create a new version, you must delete an existing version.`,
        );
      }
      const createdAt = now.toISOString();
      const number = policy.nextVersion;
      unit.put(policyVersionKey(account, policy.name, number), { number, document, createdAt });
      const grown = {
        ...policy,
        updatedAt: createdAt,
        versions: [...policy.versions, { number, createdAt }],
        nextVersion: number + 1,
      };
      if (input.SetAsDefault === true) await saveDefault(context, grown, { number, document });
      else unit.put(managedPolicyKey(account, policy.name), grown);
      const IsDefaultVersion = input.SetAsDefault === true;
      return { PolicyVersion: { VersionId: `v${number}`, IsDefaultVersion, CreateDate: now } };
    },
  }),

  GetPolicyVersion: operation<sdk.GetPolicyVersionCommandInput, sdk.GetPolicyVersionCommandOutput>({
    action: "iam:GetPolicyVersion",
    target: policyTarget,
    async run(context, input) {
      const found = await findPolicy(context, input.PolicyArn ?? "");
      const { document, ...version } = await findVersion(context, found, input.VersionId ?? "");
      return {
        PolicyVersion: { Document: encodeDocument(document), ...describeVersion(found, version) },
      };
    },
  }),

  ListPolicyVersions: operation<
    sdk.ListPolicyVersionsCommandInput,
    sdk.ListPolicyVersionsCommandOutput
  >({
    action: "iam:ListPolicyVersions",
    target: policyTarget,
    async run(context, input) {
      const found = await findPolicy(context, input.PolicyArn ?? "");
      const newestFirst = versionsOf(found).toReversed();
      const { items, ...rest } = slicePage(newestFirst, input);
      return { Versions: items.map((version) => describeVersion(found, version)), ...rest };
    },
  }),

  SetDefaultPolicyVersion: operation<
    sdk.SetDefaultPolicyVersionCommandInput,
    sdk.SetDefaultPolicyVersionCommandOutput
  >({
    action: "iam:SetDefaultPolicyVersion",
    target: policyTarget,
    async run(context, input) {
      const arn = input.PolicyArn ?? "";
      const record = await findCustomerManagedPolicy(context, arn);
      checkIfMatch(context, record.document);
      const { number, document } = await findVersion(
        context,
        { owner: "account", arn, record },
        input.VersionId ?? "",
      );
      if (number === record.defaultVersion) return {};
      await saveDefault(
        context,
        { ...record, updatedAt: context.now.toISOString() },
        { number, document },
      );
      return {};
    },
  }),

  DeletePolicyVersion: operation<
    sdk.DeletePolicyVersionCommandInput,
    sdk.DeletePolicyVersionCommandOutput
  >({
    action: "iam:DeletePolicyVersion",
    target: policyTarget,
    async run(context, input) {
      const { account, unit } = context;
      const arn = input.PolicyArn ?? "";
      const record = await findCustomerManagedPolicy(context, arn);
      const { number } = await findVersion(
        context,
        { owner: "account", arn, record },
        input.VersionId ?? "",
      );
      if (number === record.defaultVersion) {
        throw new ApiError("DeleteConflict", "Cannot delete the default version of a policy.");
      }
      unit.delete(policyVersionKey(account, record.name, number));
      unit.put(managedPolicyKey(account, record.name), {
        ...record,
        updatedAt: context.now.toISOString(),
        versions: record.versions.filter((version) => version.number !== number),
      });
      return {};
    },
  }),
} as const;

/**
 * Writes the policy with another default version.
 * INVARIANT: a policy's default document changes together with the account's policy epoch.
 */
async function saveDefault(
  context: OperationContext,
  policy: ManagedPolicyRecord,
  { number, document }: { readonly number: number; readonly document: string },
): Promise<void> {
  const record = { ...policy, defaultVersion: number, document };
  context.unit.put(managedPolicyKey(context.account, policy.name), record);
  await incrementEpoch(context);
}

interface Version {
  readonly number: number;
  readonly createdAt: string;
}

/** Returns the policy's versions, oldest first. An AWS managed policy has one. */
const versionsOf = (found: FoundPolicy): readonly Version[] =>
  found.owner === "account"
    ? found.record.versions
    : [{ number: 1, createdAt: found.policy.createdAt }];

async function findVersion(
  { account, unit }: OperationContext,
  found: FoundPolicy,
  id: string,
): Promise<Version & { readonly document: string }> {
  const known = versionsOf(found).find(({ number }) => `v${number}` === id.toLowerCase());
  if (known !== undefined && found.owner === "canned")
    return { ...known, document: found.policy.document };
  if (known !== undefined && found.owner === "account") {
    const version = await unit.get(policyVersionKey(account, found.record.name, known.number));
    if (version !== undefined) return version;
  }
  throw noSuchEntity(`Policy ${found.arn} version ${id} does not exist or is not attachable.`);
}

const describeVersion = (found: FoundPolicy, { number, createdAt }: Version) => ({
  VersionId: `v${number}`,
  IsDefaultVersion: number === (found.owner === "account" ? found.record.defaultVersion : 1),
  CreateDate: new Date(createdAt),
});
