import { type AuthorizerArgs, authorizer } from "./authorizer.ts";

/** What a protected API says of itself; which kind it is, it shows. */
export type ProtectArgs = Omit<AuthorizerArgs, "gateway">;

export interface Protection {
  /** For every route: `api.route("GET /orders", handler, { auth })`. A route without it is open to all. */
  readonly auth: { readonly lambda: $util.Output<string> };
  readonly authorizer: sst.aws.Function;
}

/**
 * Lets Portcullis decide every request to an HTTP API. No answer is ever cached, so a change of permissions holds from
 * the next request on; and no header is required by API Gateway itself, so that requests signed in the query reach the
 * authorizer too.
 */
export function protect(name: string, api: sst.aws.ApiGatewayV2, args: ProtectArgs): Protection {
  const fn = authorizer(name, args);
  const attached = api.addAuthorizer({
    name: "portcullis",
    lambda: {
      function: fn.arn,
      payload: "2.0",
      response: "simple",
      identitySources: [],
      ttl: "0 seconds",
    },
  });
  return { auth: { lambda: attached.id }, authorizer: fn };
}
