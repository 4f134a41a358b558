import { protectFastify } from "@portcullis/authorizer/fastify";
import type { ProtectionChoices } from "@portcullis/authorizer/http";
import type { ServiceDefinition } from "@portcullis/authorizer/service-definition";
import { type ServerChoices, serverAuthorizer } from "@portcullis/functions/server-authorizer";

export { authorizedRequest } from "@portcullis/authorizer/fastify";
export type { AuthorizedHttpRequest, RequestCaller } from "@portcullis/authorizer/http";
export type { ProtectionChoices, ServerChoices, ServiceDefinition };

/**
 * A plugin that authorizes every request of the instance that registers it, by the installation
 * that the environment names: `await app.register(protect(invoicesService))`.
 */
export const protect = (
  service: ServiceDefinition,
  choices: ProtectionChoices & ServerChoices = {},
): ReturnType<typeof protectFastify> =>
  protectFastify({ ...choices, service, authorizer: serverAuthorizer(service, choices) });
