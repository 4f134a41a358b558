import type * as sdk from "@aws-sdk/client-iam";
import { ApiError } from "../../../error.ts";
import { type OperationContext, operation } from "../../../model/operation.ts";
import { rootAccessFeatures } from "../../../organization/root-access.ts";
import {
  IAM_SERVICE,
  isDelegatedAdministrator,
  trustedServices,
} from "../../../organization/trusted-access.ts";
import { type OrganizationRecord, organizationKey } from "../../../record/organization.ts";
import { type RootAccessFeature, rootAccessKey } from "../../../record/root-access.ts";

/**
 * Operations on centralized root access, which AssumeRoot requires (IAM
 * UG/id_root-enable-root-access).
 */
export const organizationFeatureOperations = {
  EnableOrganizationsRootCredentialsManagement: operation<
    sdk.EnableOrganizationsRootCredentialsManagementCommandInput,
    sdk.EnableOrganizationsRootCredentialsManagementCommandOutput
  >({
    action: "iam:EnableOrganizationsRootCredentialsManagement",
    target: () => ({ arn: "*" }),
    run: (context) => setFeature(context, "RootCredentialsManagement", true),
  }),

  DisableOrganizationsRootCredentialsManagement: operation<
    sdk.DisableOrganizationsRootCredentialsManagementCommandInput,
    sdk.DisableOrganizationsRootCredentialsManagementCommandOutput
  >({
    action: "iam:DisableOrganizationsRootCredentialsManagement",
    target: () => ({ arn: "*" }),
    run: (context) => setFeature(context, "RootCredentialsManagement", false),
  }),

  EnableOrganizationsRootSessions: operation<
    sdk.EnableOrganizationsRootSessionsCommandInput,
    sdk.EnableOrganizationsRootSessionsCommandOutput
  >({
    action: "iam:EnableOrganizationsRootSessions",
    target: () => ({ arn: "*" }),
    run: (context) => setFeature(context, "RootSessions", true),
  }),

  DisableOrganizationsRootSessions: operation<
    sdk.DisableOrganizationsRootSessionsCommandInput,
    sdk.DisableOrganizationsRootSessionsCommandOutput
  >({
    action: "iam:DisableOrganizationsRootSessions",
    target: () => ({ arn: "*" }),
    run: (context) => setFeature(context, "RootSessions", false),
  }),

  ListOrganizationsFeatures: operation<
    sdk.ListOrganizationsFeaturesCommandInput,
    sdk.ListOrganizationsFeaturesCommandOutput
  >({
    action: "iam:ListOrganizationsFeatures",
    target: () => ({ arn: "*" }),
    async run(context) {
      const organization = await permittedOrganization(context);
      return {
        OrganizationId: organization.id,
        EnabledFeatures: [...(await rootAccessFeatures(context, organization.id))],
      };
    },
  }),
} as const;

async function setFeature(context: OperationContext, feature: RootAccessFeature, enabled: boolean) {
  const { unit, settings } = context;
  const organization = await permittedOrganization(context);
  const before = await rootAccessFeatures(context, organization.id);
  const others = before.filter((other) => other !== feature);
  const features = enabled ? [...others, feature].sort() : others;
  unit.put(rootAccessKey(settings.managementAccount), {
    organizationId: organization.id,
    features,
  });
  return { OrganizationId: organization.id, EnabledFeatures: [...features] };
}

/**
 * Returns the organization if the account may change its features.
 * @throws {ApiError} the first missing precondition, in AWS's order
 */
async function permittedOrganization(context: OperationContext): Promise<OrganizationRecord> {
  const { account, unit, settings } = context;
  const organization = await unit.get(organizationKey(settings.managementAccount));
  if (organization === undefined) {
    throw new ApiError(
      "OrganizationNotFoundException",
      "The request was rejected because no organization is associated with your account.",
    );
  }
  const isAdministrator =
    account === settings.managementAccount ||
    (await isDelegatedAdministrator(context, account, IAM_SERVICE));
  if (!isAdministrator) {
    throw new ApiError(
      "AccountNotManagementOrDelegatedAdministratorException",
      "The request was rejected because the account making the request is not the management account or delegated administrator account for centralized root access.",
    );
  }
  if (!Object.hasOwn(await trustedServices(context), IAM_SERVICE)) {
    throw new ApiError(
      "ServiceAccessNotEnabledException",
      "The request was rejected because trusted access is not enabled for IAM in Organizations.",
    );
  }
  return organization;
}
