import { authorizer } from "./authorizer.ts";
import type { ProtectArgs } from "./protect.ts";

export interface RestProtection {
  /**
   * For every route: `api.route("GET /orders", handler, { auth })`. A route without it is open to
   * everybody.
   */
  readonly auth: { readonly custom: $util.Output<string> };
  readonly authorizer: sst.aws.Function;
}

export interface ProtectRestArgs extends ProtectArgs {
  /**
   * Whether the API has CORS (`cors` of ApiGatewayV1). Browsers of other origins can then read a
   * refusal too.
   * @default false
   */
  readonly cors?: boolean;
}

/** The body of a refusal. The authorizer escapes both values for JSON. */
const DENIAL =
  '{"message":"$context.authorizer.message","encodedAuthorizationMessage":"$context.authorizer.encodedAuthorizationMessage"}';

/**
 * Lets Portcullis decide every request to a REST API, as `protect` does for an HTTP API. A refused
 * caller is told why. Call this before `api.deploy()`.
 */
export function protectRest(
  name: string,
  api: sst.aws.ApiGatewayV1,
  args: ProtectRestArgs,
): RestProtection {
  const { cors, ...protect } = args;
  const fn = authorizer(name, { ...protect, gateway: "rest" });
  const denial = new aws.apigateway.Response(`${name}Denial`, {
    restApiId: api.nodes.api.id,
    responseType: "ACCESS_DENIED",
    statusCode: "403",
    responseTemplates: { "application/json": DENIAL },
    // The headers of SST's own gateway responses, which this one replaces.
    ...(cors && {
      responseParameters: {
        "gatewayresponse.header.Access-Control-Allow-Origin": "'*'",
        "gatewayresponse.header.Access-Control-Allow-Headers": "'*'",
      },
    }),
  });
  const attached = api.addAuthorizer({
    name: "portcullis",
    requestFunction: fn.arn,
    // Never cached. Without this, answers would be cached for five minutes.
    ttl: 0,
    // The provider requires an identity source. This one is in every request, so that none is
    // refused for lacking it.
    identitySource: "context.identity.sourceIp",
    transform: {
      // A deployment is a snapshot. It waits for the routes, they for the authorizer, which waits
      // for the denial.
      authorizer: (_, opts) => {
        opts.dependsOn = [denial];
        return undefined;
      },
    },
  });
  return { auth: { custom: attached.id }, authorizer: fn };
}
