import { authorizer } from "./authorizer.ts";
import type { ProtectArgs } from "./protect.ts";

export interface RestProtection {
  /** For every route: `api.route("GET /orders", handler, { auth })`. A route without it is open to all. */
  readonly auth: { readonly custom: $util.Output<string> };
  readonly authorizer: sst.aws.Function;
}

export interface ProtectRestArgs extends ProtectArgs {
  /** Whether the API answers browsers of other origins (`cors` of ApiGatewayV1): a refusal then lets them read it, too. @default false */
  readonly cors?: boolean;
}

/** What a refused caller is told: the authorizer escapes both for the JSON that they stand in. */
const DENIAL =
  '{"message":"$context.authorizer.message","encodedAuthorizationMessage":"$context.authorizer.encodedAuthorizationMessage"}';

/**
 * Lets Portcullis decide every request to a REST API, as `protect` does for an HTTP API; a refused caller is told why.
 * To be called before `api.deploy()`.
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
    // the headers of SST's own gateway responses, in whose place this one is
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
    // no answer is remembered; left out, it would be for five minutes
    ttl: 0,
    // AWS's provider allows no empty one: this is in every request, so that none is refused for lacking it
    identitySource: "context.identity.sourceIp",
    transform: {
      // A deployment is a snapshot. It waits for the routes, these for the authorizer, and that for the denial.
      authorizer: (_, opts) => {
        opts.dependsOn = [denial];
        return undefined;
      },
    },
  });
  return { auth: { custom: attached.id }, authorizer: fn };
}
