import type { OperationTable } from "../../model/operation.ts";
import { assumeRoleOperations } from "./assume-role.ts";
import { assumeRootOperations } from "./assume-root.ts";
import { authorizationMessageOperations } from "./authorization-message.ts";
import { callerIdentityOperations } from "./caller-identity.ts";
import { federationTokenOperations } from "./federation-token.ts";
import { sessionTokenOperations } from "./get-session-token.ts";
import { samlOperations } from "./saml.ts";
import { webIdentityOperations } from "./web-identity.ts";
import { webIdentityTokenOperations } from "./web-identity-token.ts";

/** The supported operations of STS. For every other one the server answers AWS's error. */
export const stsOperations: OperationTable = {
  ...callerIdentityOperations,
  ...assumeRoleOperations,
  ...assumeRootOperations,
  ...sessionTokenOperations,
  ...federationTokenOperations,
  ...webIdentityOperations,
  ...samlOperations,
  ...webIdentityTokenOperations,
  ...authorizationMessageOperations,
};
