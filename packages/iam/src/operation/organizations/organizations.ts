import type { Operation, OperationContext, OperationTable } from "../../model/operation.ts";
import { withDelegation } from "../../organization/delegation.ts";
import { delegatedAdministratorOperations } from "./delegated-administrator.ts";
import { effectivePolicyOperations } from "./effective-policy.ts";
import { organizationOperations } from "./organization.ts";
import { organizationAccountOperations } from "./organization-account.ts";
import { organizationMembershipOperations } from "./organization-membership.ts";
import { organizationTagOperations } from "./organization-tag.ts";
import { organizationalUnitOperations } from "./organizational-unit.ts";
import { resourcePolicyOperations } from "./resource-policy.ts";
import { serviceAccessOperations } from "./service-access.ts";
import { serviceControlAttachmentOperations } from "./service-control-attachment.ts";
import { serviceControlPolicyOperations } from "./service-control-policy.ts";

const OPERATIONS: OperationTable = {
  ...organizationOperations,
  ...organizationalUnitOperations,
  ...organizationAccountOperations,
  ...organizationMembershipOperations,
  ...serviceControlPolicyOperations,
  ...serviceControlAttachmentOperations,
  ...organizationTagOperations,
  ...serviceAccessOperations,
  ...delegatedAdministratorOperations,
  ...resourcePolicyOperations,
  ...effectivePolicyOperations,
};

/**
 * The supported operations of Organizations. For every other one the server answers AWS's error.
 */
export const organizationsOperations: OperationTable = Object.fromEntries(
  Object.entries(OPERATIONS).map(([name, operation]) => [name, forAnyAccount(operation)]),
);

/**
 * Returns the operation for callers of any account: authorized on the management account's
 * resources, and run on the management account's records.
 */
function forAnyAccount(operation: Operation<never, unknown>): Operation<never, unknown> {
  const { action, target, alsoAuthorize, run } = operation;
  return {
    ...operation,
    target: async (context, input) => withDelegation(context, action, await target(context, input)),
    alsoAuthorize: async (context, input) => {
      const requirements = (await alsoAuthorize?.(context, input)) ?? [];
      return Promise.all(
        requirements.map(async (requirement) => ({
          action: requirement.action,
          target: await withDelegation(context, requirement.action, requirement.target),
        })),
      );
    },
    run: (context, input) => run(inManagementAccount(context), input),
  };
}

const inManagementAccount = (context: OperationContext): OperationContext => ({
  ...context,
  account: context.settings.managementAccount,
});
