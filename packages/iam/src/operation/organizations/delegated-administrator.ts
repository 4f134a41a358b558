import type * as sdk from "@aws-sdk/client-organizations";
import { ApiError } from "../../error.ts";
import { type OperationContext, operation } from "../../model/operation.ts";
import { findMember, findOrganization } from "../../organization/organization.ts";
import { organizationPage, organizationSlice } from "../../organization/organization-page.ts";
import {
  organizationArn,
  organizationTarget,
  wholeOrganization,
} from "../../organization/organization-target.ts";
import {
  findDelegatedAdministrator,
  saveDelegatedAdministrator,
  trustedServices,
} from "../../organization/trusted-access.ts";
import { memberKey } from "../../record/organization.ts";
import {
  DELEGATED_ADMINISTRATORS,
  type DelegatedAdministratorRecord,
} from "../../record/trusted-access.ts";
import { parseServicePrincipal } from "./service-access.ts";

interface Named {
  readonly AccountId: string | undefined;
  readonly ServicePrincipal: string | undefined;
}

const accountTarget = organizationTarget("account", (input: Named) => input.AccountId);
const serviceKey = (
  _: OperationContext,
  { ServicePrincipal }: Pick<Named, "ServicePrincipal">,
) => ({
  "organizations:ServicePrincipal": ServicePrincipal,
});

/**
 * Operations on delegated administrators: member accounts that administer a service for the
 * organization.
 */
export const delegatedAdministratorOperations = {
  RegisterDelegatedAdministrator: operation<
    sdk.RegisterDelegatedAdministratorCommandInput,
    sdk.RegisterDelegatedAdministratorCommandOutput
  >({
    action: "organizations:RegisterDelegatedAdministrator",
    target: accountTarget,
    conditionKeys: serviceKey,
    async run(context, input) {
      const { account, unit, now } = context;
      await findOrganization(context);
      const service = parseServicePrincipal(input.ServicePrincipal);
      const member = await findMember(context, input.AccountId ?? "");
      if (member.id === account) {
        throw violation(
          "You can't register the management account as a delegated administrator.",
          "CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR",
        );
      }
      if (member.status !== "ACTIVE") {
        throw violation(
          "You can't register a suspended account as a delegated administrator.",
          "CANNOT_REGISTER_SUSPENDED_ACCOUNT_AS_DELEGATED_ADMINISTRATOR",
        );
      }
      if (!Object.hasOwn(await trustedServices(context), service)) {
        throw violation(
          "You can't register a delegated administrator before you enable service access for the service.",
          "SERVICE_ACCESS_NOT_ENABLED",
        );
      }
      const before = await findDelegatedAdministrator(context, member.id);
      if (before !== undefined && Object.hasOwn(before.services, service)) {
        throw new ApiError(
          "AccountAlreadyRegisteredException",
          "The specified account is already a delegated administrator for this AWS service.",
        );
      }
      // If the account is closed concurrently, this transaction fails.
      unit.check(memberKey(account, member.id), "unchanged");
      const services = { ...before?.services, [service]: now.toISOString() };
      await saveDelegatedAdministrator(context, member.id, services);
      return {};
    },
  }),

  DeregisterDelegatedAdministrator: operation<
    sdk.DeregisterDelegatedAdministratorCommandInput,
    sdk.DeregisterDelegatedAdministratorCommandOutput
  >({
    action: "organizations:DeregisterDelegatedAdministrator",
    target: accountTarget,
    conditionKeys: serviceKey,
    async run(context, input) {
      await findOrganization(context);
      const service = parseServicePrincipal(input.ServicePrincipal);
      const member = await findMember(context, input.AccountId ?? "");
      const before = await findDelegatedAdministrator(context, member.id);
      if (before === undefined || !Object.hasOwn(before.services, service)) {
        throw new ApiError(
          "AccountNotRegisteredException",
          "The specified account is not a delegated administrator for this AWS service.",
        );
      }
      const { [service]: _, ...services } = before.services;
      await saveDelegatedAdministrator(context, member.id, services);
      return {};
    },
  }),

  ListDelegatedAdministrators: operation<
    sdk.ListDelegatedAdministratorsCommandInput,
    sdk.ListDelegatedAdministratorsCommandOutput
  >({
    action: "organizations:ListDelegatedAdministrators",
    target: wholeOrganization,
    conditionKeys: (_, input) => ({ "organizations:ServicePrincipal": input.ServicePrincipal }),
    async run(context, input) {
      const { account, unit } = context;
      const organization = await findOrganization(context);
      const service = input.ServicePrincipal;
      const list = { account, partition: DELEGATED_ADMINISTRATORS };
      const { items, ...rest } = await organizationPage<DelegatedAdministratorRecord>(
        unit,
        list,
        input,
      );
      const found = items
        .map(({ data }) => data)
        .filter(({ services }) => service === undefined || Object.hasOwn(services, service));
      const members = await unit.getAll(found.map((one) => memberKey(account, one.accountId)));
      const described = found.flatMap((administrator, index) => {
        const member = members[index];
        if (member === undefined) return [];
        return [
          {
            Id: member.id,
            Arn: organizationArn(organization, "account", member.id),
            Email: member.email,
            Name: member.name,
            Status: member.status,
            State: member.status,
            JoinedMethod: member.joinedMethod,
            JoinedTimestamp: new Date(member.joinedAt),
            DelegationEnabledDate: new Date(administrator.enabledAt),
          },
        ];
      });
      return { DelegatedAdministrators: described, ...rest };
    },
  }),

  ListDelegatedServicesForAccount: operation<
    sdk.ListDelegatedServicesForAccountCommandInput,
    sdk.ListDelegatedServicesForAccountCommandOutput
  >({
    action: "organizations:ListDelegatedServicesForAccount",
    target: organizationTarget(
      "account",
      (input: sdk.ListDelegatedServicesForAccountCommandInput) => input.AccountId,
    ),
    async run(context, input) {
      await findOrganization(context);
      const member = await findMember(context, input.AccountId ?? "");
      const administrator = await findDelegatedAdministrator(context, member.id);
      if (administrator === undefined) {
        throw new ApiError(
          "AccountNotRegisteredException",
          "The specified account is not a delegated administrator for this AWS service.",
        );
      }
      const services = Object.entries(administrator.services).map(([name, at]) => ({
        ServicePrincipal: name,
        DelegationEnabledDate: new Date(at),
      }));
      const { items, ...rest } = await organizationSlice(services, input);
      return { DelegatedServices: [...items], ...rest };
    },
  }),
} as const;

const violation = (message: string, Reason: string) =>
  new ApiError("ConstraintViolationException", message, { Reason });
