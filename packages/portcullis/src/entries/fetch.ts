import {
  type FetchHandler,
  type FetchProtectionChoices,
  protectFetch,
} from "@portcullis/authorizer/fetch";
import type { ProtectionChoices } from "@portcullis/authorizer/http";
import type { ServiceDefinition } from "@portcullis/authorizer/service-definition";
import { type ServerChoices, serverAuthorizer } from "@portcullis/functions/server-authorizer";

export { authorizedRequest } from "@portcullis/authorizer/fetch";
export type { AuthorizedHttpRequest, RequestCaller } from "@portcullis/authorizer/http";
export type {
  FetchHandler,
  FetchProtectionChoices,
  ProtectionChoices,
  ServerChoices,
  ServiceDefinition,
};

/**
 * A handler that authorizes each request before the given one gets it, by the installation that the
 * environment names: `serve({ fetch: protect(app.fetch, invoicesService) })`.
 */
export const protect = <Rest extends readonly unknown[]>(
  handler: FetchHandler<Rest>,
  service: ServiceDefinition,
  choices: ProtectionChoices & ServerChoices & FetchProtectionChoices<Rest> = {},
): ((request: Request, ...rest: Rest) => Promise<Response>) =>
  protectFetch(handler, { ...choices, service, authorizer: serverAuthorizer(service, choices) });
