import { protectExpress } from "@portcullis/authorizer/express";
import type { ProtectionChoices } from "@portcullis/authorizer/http";
import type { ServiceDefinition } from "@portcullis/authorizer/service-definition";
import { type ServerChoices, serverAuthorizer } from "@portcullis/functions/server-authorizer";

export { authorizedRequest } from "@portcullis/authorizer/express";
export type { AuthorizedHttpRequest, RequestCaller } from "@portcullis/authorizer/http";
export type { ProtectionChoices, ServerChoices, ServiceDefinition };

/**
 * Authorizes every request before the handlers that are registered after it, by the installation
 * that the environment names: `app.use(protect(invoicesService))`.
 */
export const protect = (
  service: ServiceDefinition,
  choices: ProtectionChoices & ServerChoices = {},
): ReturnType<typeof protectExpress> =>
  protectExpress({ ...choices, service, authorizer: serverAuthorizer(service, choices) });
