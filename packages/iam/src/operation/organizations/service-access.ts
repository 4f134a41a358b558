import type * as sdk from "@aws-sdk/client-organizations";
import { ApiError } from "../../error.ts";
import { operation } from "../../model/operation.ts";
import { findOrganization } from "../../organization/organization.ts";
import { organizationSlice } from "../../organization/organization-page.ts";
import { wholeOrganization } from "../../organization/organization-target.ts";
import { saveTrustedServices, trustedServices } from "../../organization/trusted-access.ts";

/**
 * Limit of trusted services, which bounds their one record. It exceeds the number of AWS services
 * that support trusted access.
 */
const MAX_SERVICES = 200;

/**
 * Operations on trusted access: which services may act for the organization (Organizations
 * UG/orgs_integrate_services).
 */
export const serviceAccessOperations = {
  EnableAWSServiceAccess: operation<
    sdk.EnableAWSServiceAccessCommandInput,
    sdk.EnableAWSServiceAccessCommandOutput
  >({
    action: "organizations:EnableAWSServiceAccess",
    target: wholeOrganization,
    conditionKeys: (_, input) => ({ "organizations:ServicePrincipal": input.ServicePrincipal }),
    async run(context, input) {
      await findOrganization(context);
      const service = parseServicePrincipal(input.ServicePrincipal);
      const services = await trustedServices(context);
      if (Object.hasOwn(services, service)) return {};
      if (Object.keys(services).length >= MAX_SERVICES) throw unrecognized();
      const enabled = { enabledAt: context.now.toISOString(), administrators: 0 };
      saveTrustedServices(context, { ...services, [service]: enabled });
      return {};
    },
  }),

  DisableAWSServiceAccess: operation<
    sdk.DisableAWSServiceAccessCommandInput,
    sdk.DisableAWSServiceAccessCommandOutput
  >({
    action: "organizations:DisableAWSServiceAccess",
    target: wholeOrganization,
    conditionKeys: (_, input) => ({ "organizations:ServicePrincipal": input.ServicePrincipal }),
    async run(context, input) {
      await findOrganization(context);
      const service = parseServicePrincipal(input.ServicePrincipal);
      const { [service]: enabled, ...others } = await trustedServices(context);
      if (enabled === undefined) return {};
      if (enabled.administrators > 0) {
        throw new ApiError(
          "ConstraintViolationException",
          "You can't disable service access: the service has a delegated administrator. Deregister it first.",
          { Reason: "DELEGATED_ADMINISTRATOR_EXISTS_FOR_THIS_SERVICE" },
        );
      }
      saveTrustedServices(context, others);
      return {};
    },
  }),

  ListAWSServiceAccessForOrganization: operation<
    sdk.ListAWSServiceAccessForOrganizationCommandInput,
    sdk.ListAWSServiceAccessForOrganizationCommandOutput
  >({
    action: "organizations:ListAWSServiceAccessForOrganization",
    target: wholeOrganization,
    async run(context, input) {
      await findOrganization(context);
      const services = Object.entries(await trustedServices(context)).sort(byName);
      const { items, ...rest } = await organizationSlice(services, input);
      const described = items.map(([ServicePrincipal, { enabledAt }]) => ({
        ServicePrincipal,
        DateEnabled: new Date(enabledAt),
      }));
      return { EnabledServicePrincipals: described, ...rest };
    },
  }),
} as const;

/**
 * Returns the service principal if it is well-formed. @throws {ApiError} `InvalidInputException`
 */
export function parseServicePrincipal(name: string | undefined): string {
  if (name === undefined || !/^[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com$/.test(name))
    throw unrecognized();
  return name;
}

const unrecognized = () =>
  new ApiError("InvalidInputException", "You specified an unrecognized service principal.", {
    Reason: "UNRECOGNIZED_SERVICE_PRINCIPAL",
  });

const byName = ([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number =>
  one < other ? -1 : 1;
