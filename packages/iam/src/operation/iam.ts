import type { OperationTable } from "../operation.ts";
import { accessKeyOperations } from "./access-key.ts";
import { groupOperations } from "./group.ts";
import { inlinePolicyOperations } from "./inline-policy.ts";
import { membershipOperations } from "./membership.ts";
import { userOperations } from "./user.ts";

/** The IAM operations that are offered; every other one of AWS's is answered by AWS's own error. */
export const iamOperations: OperationTable = {
  ...userOperations,
  ...accessKeyOperations,
  ...groupOperations,
  ...membershipOperations,
  ...inlinePolicyOperations,
};
