import { type AuthorizerArgs, authorizer } from "./authorizer.ts";

/** Options of a protected API; its kind follows from the API itself. */
export type ProtectArgs = Omit<AuthorizerArgs, "gateway">;

export interface Protection {
  /**
   * For every route: `api.route("GET /orders", handler, { auth })`. A route without it is open to
   * everybody.
   */
  readonly auth: { readonly lambda: $util.Output<string> };
  readonly authorizer: sst.aws.Function;
}

/**
 * Lets Portcullis decide every request to an HTTP API. No answer is cached, so a change of
 * permissions holds from the next request on. API Gateway requires no header, so requests that are
 * signed in the query reach the authorizer too.
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
