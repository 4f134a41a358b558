import { type Code, handler } from "./handlers.ts";
import type { IdentityStore } from "./identity-store.ts";
import { leastPrivilegeFunction } from "./least-privilege-function.ts";
import { privilege, storeEnvironment } from "./privilege.ts";

export interface ProtectArgs {
  /** The id by which policies and tokens know the API, such as `orders`: letters, digits and underscores, at most 20. */
  readonly apiId: string;
  readonly store: IdentityStore;
  readonly code?: Code;
  /** An authorizer of your own, with a service definition that names your routes' actions. @default Portcullis' own */
  readonly handler?: string;
}

export interface Protection {
  /** For every route: `api.route("GET /orders", handler, protection)`. A route without it is open to all. */
  readonly auth: { readonly lambda: $util.Output<string> };
  readonly authorizer: sst.aws.Function;
}

/**
 * Lets Portcullis decide every request to an HTTP API, by a function that may read the identity store and do
 * nothing else. No answer is ever cached, so a change of permissions holds from the next request on; and no header
 * is required by API Gateway itself, so requests signed in the query reach the authorizer too.
 */
export function protect(name: string, api: sst.aws.ApiGatewayV2, args: ProtectArgs): Protection {
  const fn = leastPrivilegeFunction(`${name}Function`, {
    part: `authorizer_${args.apiId}`,
    description: `Decides the requests to the API ${args.apiId}: reads the identity store, writes nothing`,
    handler: args.handler ?? handler(args.code ?? ".", "authorizer"),
    environment: { ...storeEnvironment(args.store), PORTCULLIS_API_ID: args.apiId },
    permissions: privilege("authorizer", args.store),
    // API Gateway itself gives up after 10 seconds
    timeout: "8 seconds",
  });
  const authorizer = api.addAuthorizer({
    name: "portcullis",
    lambda: {
      function: fn.arn,
      payload: "2.0",
      response: "simple",
      identitySources: [],
      ttl: "0 seconds",
    },
  });
  return { auth: { lambda: authorizer.id }, authorizer: fn };
}
