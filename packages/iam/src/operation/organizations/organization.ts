import type * as sdk from "@aws-sdk/client-organizations";
import { incrementEpoch } from "../../entity/epoch.ts";
import { ApiError } from "../../error.ts";
import { type OperationContext, operation } from "../../model/operation.ts";
import { findOrganization, randomId, saveOrganization } from "../../organization/organization.ts";
import { organizationSlice } from "../../organization/organization-page.ts";
import {
  organizationArn,
  organizationTarget,
  wholeOrganization,
} from "../../organization/organization-target.ts";
import { ACCOUNT_COPIES } from "../../record/account.ts";
import {
  childKey,
  childrenCountKey,
  claimKey,
  FULL_AWS_ACCESS,
  memberEntryKey,
  memberKey,
  type OrganizationRecord,
  organizationKey,
} from "../../record/organization.ts";
import { partitionOf } from "../../record/partition.ts";
import { rootKey } from "../../record/root.ts";
import { generationOf } from "../../record/service-control-attachment.ts";
import { organizationPolicyKey, serviceAccessKey } from "../../record/trusted-access.ts";

const SCP = "SERVICE_CONTROL_POLICY";

export const organizationOperations = {
  CreateOrganization: operation<
    sdk.CreateOrganizationCommandInput,
    sdk.CreateOrganizationCommandOutput
  >({
    action: "organizations:CreateOrganization",
    target: wholeOrganization,
    async run(context, input) {
      const { account, unit, now, settings } = context;
      if (await unit.get(organizationKey(settings.managementAccount))) {
        throw new ApiError(
          "AlreadyInOrganizationException",
          "The AWS account is already a member of an organization.",
        );
      }
      if (input.FeatureSet === "CONSOLIDATED_BILLING") {
        throw new ApiError(
          "UnsupportedAPIEndpointException",
          "Only organizations with all features are offered.",
        );
      }
      const organization: OrganizationRecord = {
        id: `o-${randomId(10)}`,
        managementAccount: account,
        createdAt: now.toISOString(),
        rootId: `r-${randomId(4)}`,
        serviceControlEnabled: false,
        attached: {},
        rootTags: [],
      };
      const attachedToRoot = {
        ...organization,
        attached: { [organization.rootId]: [FULL_AWS_ACCESS.id] },
      };
      saveOrganization(context, attachedToRoot);
      await addManagementAccount(context, organization);
      await incrementEpoch(context, (record) => ({
        ...record,
        organizationId: organization.id,
        managementPath: [organization.rootId],
      }));
      return { Organization: await describeOrganization(context, organization) };
    },
  }),

  DescribeOrganization: operation<
    sdk.DescribeOrganizationCommandInput,
    sdk.DescribeOrganizationCommandOutput
  >({
    action: "organizations:DescribeOrganization",
    // Member accounts may call it too. The caller's own policies decide.
    target: () => ({ arn: "*" }),
    async run(context) {
      return { Organization: await describeOrganization(context, await findOrganization(context)) };
    },
  }),

  DeleteOrganization: operation<
    sdk.DeleteOrganizationCommandInput,
    sdk.DeleteOrganizationCommandOutput
  >({
    action: "organizations:DeleteOrganization",
    target: wholeOrganization,
    async run(context) {
      const { account, unit } = context;
      const { rootId } = await findOrganization(context);
      const notEmpty = () =>
        new ApiError(
          "OrganizationNotEmptyException",
          "To delete the organization, remove all its member accounts, organizational units and policies first.",
        );
      const policies = await unit.query({
        account,
        partition: partitionOf("service-control-policies"),
        limit: 1,
      });
      if (policies.records.length > 0) throw notEmpty();
      const { email } = (await unit.get(memberKey(account, account))) ?? {};
      // The management account itself is the only child that the root may still have.
      unit.count(childrenCountKey(account, rootId), "children", -1, { limit: 0, error: notEmpty });
      for (let copy = 0; copy < ACCOUNT_COPIES; copy++) {
        unit.delete(organizationKey(account, copy), copy === 0 ? {} : { expect: "any" });
      }
      // Without members there are no delegated administrators.
      unit.delete(serviceAccessKey(account), { expect: "any" });
      unit.delete(organizationPolicyKey(account), { expect: "any" });
      unit.delete(memberKey(account, account));
      unit.delete(memberEntryKey(account, account), { expect: "any" });
      unit.delete(childKey(account, rootId, "account", account), { expect: "any" });
      if (email !== undefined) unit.delete(claimKey(account, "email", email), { expect: "any" });
      await incrementEpoch(
        context,
        ({
          organizationId: _,
          managementPath: __,
          serviceControlPolicies: ___,
          attachmentGeneration: ____,
          ...record
        }) => record,
      );
      return {};
    },
  }),

  ListRoots: operation<sdk.ListRootsCommandInput, sdk.ListRootsCommandOutput>({
    action: "organizations:ListRoots",
    target: wholeOrganization,
    async run(context, input) {
      const { items, ...rest } = await organizationSlice(
        [describeRoot(await findOrganization(context))],
        input,
      );
      return { Roots: [...items], ...rest };
    },
  }),

  EnablePolicyType: operation<sdk.EnablePolicyTypeCommandInput, sdk.EnablePolicyTypeCommandOutput>({
    action: "organizations:EnablePolicyType",
    target: organizationTarget("root", (input: sdk.EnablePolicyTypeCommandInput) => input.RootId),
    conditionKeys: (_, input) => ({ "organizations:PolicyType": input.PolicyType }),
    run: (context, input) => setPolicyType(context, input, true),
  }),

  /**
   * Detaches all policies from all targets. When the type is enabled again, only FullAWSAccess is
   * attached to each (Organizations UG/disable-policy-type).
   */
  DisablePolicyType: operation<
    sdk.DisablePolicyTypeCommandInput,
    sdk.DisablePolicyTypeCommandOutput
  >({
    action: "organizations:DisablePolicyType",
    target: organizationTarget("root", (input: sdk.DisablePolicyTypeCommandInput) => input.RootId),
    conditionKeys: (_, input) => ({ "organizations:PolicyType": input.PolicyType }),
    run: (context, input) => setPolicyType(context, input, false),
  }),
} as const;

async function setPolicyType(
  context: OperationContext,
  input: { readonly RootId: string | undefined; readonly PolicyType: string | undefined },
  enabled: boolean,
) {
  const organization = await findOrganization(context);
  if (input.RootId !== organization.rootId)
    throw new ApiError("RootNotFoundException", "You specified a root that doesn't exist.");
  if (input.PolicyType !== SCP) {
    throw new ApiError(
      "PolicyTypeNotAvailableForOrganizationException",
      `Policies of type ${input.PolicyType} are not offered, only ${SCP}.`,
    );
  }
  if (organization.serviceControlEnabled === enabled) {
    throw enabled
      ? new ApiError(
          "PolicyTypeAlreadyEnabledException",
          "The specified policy type is already enabled.",
        )
      : new ApiError("PolicyTypeNotEnabledException", "The specified policy type is not enabled.");
  }
  const changed = enabled
    ? { ...organization, serviceControlEnabled: true }
    : { ...withoutAttachments(organization), serviceControlEnabled: false };
  saveOrganization(context, changed);
  return { Root: describeRoot(changed) };
}

/**
 * Returns the organization with the next attachment generation, which invalidates all attachments
 * of accounts.
 */
const withoutAttachments = (organization: OrganizationRecord): OrganizationRecord => ({
  ...organization,
  attachmentGeneration: generationOf(organization) + 1,
  attached: Object.fromEntries(
    Object.keys(organization.attached).map((id) => [id, [FULL_AWS_ACCESS.id]]),
  ),
});

/** Adds the management account as a member. Service control policies do not bind it. */
async function addManagementAccount(
  context: OperationContext,
  { rootId }: OrganizationRecord,
): Promise<void> {
  const { account, unit, now } = context;
  const email = (await unit.get(rootKey(account)))?.email ?? "root@localhost";
  unit.put(memberKey(account, account), {
    id: account,
    name: "Management account",
    email,
    status: "ACTIVE",
    joinedMethod: "INVITED",
    joinedAt: now.toISOString(),
    parentId: rootId,
    tags: [],
  });
  unit.put(memberEntryKey(account, account), { id: account });
  unit.put(childKey(account, rootId, "account", account), { id: account });
  unit.put(claimKey(account, "email", email), { id: account });
  unit.count(childrenCountKey(account, rootId), "children", 1);
}

async function describeOrganization(
  context: OperationContext,
  organization: OrganizationRecord,
): Promise<sdk.Organization> {
  const { id, managementAccount } = organization;
  const root = await context.unit.get(rootKey(managementAccount));
  return {
    Id: id,
    Arn: organizationArn(organization, "organization"),
    FeatureSet: "ALL",
    MasterAccountArn: organizationArn(organization, "account", managementAccount),
    MasterAccountId: managementAccount,
    ...(root?.email === undefined ? {} : { MasterAccountEmail: root.email }),
    AvailablePolicyTypes: [{ Type: SCP, Status: "ENABLED" }],
  };
}

const describeRoot = (organization: OrganizationRecord): sdk.Root => ({
  Id: organization.rootId,
  Arn: organizationArn(organization, "root", organization.rootId),
  Name: "Root",
  PolicyTypes: organization.serviceControlEnabled ? [{ Type: SCP, Status: "ENABLED" }] : [],
});
