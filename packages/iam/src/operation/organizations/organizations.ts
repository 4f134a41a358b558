import type { OperationTable } from "../../operation.ts";
import { organizationOperations } from "./organization.ts";
import { organizationAccountOperations } from "./organization-account.ts";
import { organizationTagOperations } from "./organization-tag.ts";
import { organizationalUnitOperations } from "./organizational-unit.ts";
import { serviceControlPolicyOperations } from "./service-control-policy.ts";

/** The Organizations operations that are offered; every other one of AWS's is answered by AWS's own error. */
export const organizationsOperations: OperationTable = {
  ...organizationOperations,
  ...organizationalUnitOperations,
  ...organizationAccountOperations,
  ...serviceControlPolicyOperations,
  ...organizationTagOperations,
};
