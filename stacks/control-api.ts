import { type Code, handler } from "./handlers.ts";
import type { IdentityStore } from "./identity-store.ts";
import { leastPrivilegeFunction } from "./least-privilege-function.ts";
import { privilege, storeEnvironment } from "./privilege.ts";
import type { RootKey } from "./root-key.ts";
import { logRetention, physicalName } from "./stage.ts";

export interface ControlApiArgs {
  readonly store: IdentityStore;
  readonly rootKey: RootKey;
  readonly code?: Code;
}

export interface ControlApi {
  readonly api: sst.aws.ApiGatewayV2;
  /** An endpoint for each service, as AWS clients take them (`AWS_ENDPOINT_URL_IAM`, ...). */
  readonly endpoints: { readonly iam: $util.Output<string>; readonly sts: $util.Output<string> };
}

/**
 * The control API: AWS's own wire protocols behind one HTTP API, one function and one role a service. The
 * functions check the signatures themselves, so the routes have no authorizer; browsers have no business here,
 * so there is no CORS.
 */
export function controlApi(name: string, args: ControlApiArgs): ControlApi {
  const code = args.code ?? ".";
  const api = new sst.aws.ApiGatewayV2(name, {
    cors: false,
    accessLog: { retention: logRetention() },
    transform: { api: { name: physicalName("control") } },
  });
  const environment = { ...storeEnvironment(args.store), PORTCULLIS_ISSUER: api.url };

  const iam = leastPrivilegeFunction(`${name}Iam`, {
    part: "iam",
    description: "IAM query API: reads and writes the identity store",
    handler: handler(code, "iam"),
    environment,
    permissions: privilege("iam", args.store),
    link: [args.rootKey.accessKeyId, args.rootKey.secretAccessKey],
    timeout: "25 seconds",
  });
  const sts = leastPrivilegeFunction(`${name}Sts`, {
    part: "sts",
    description: "STS query API: reads the identity store, writes nothing",
    handler: handler(code, "sts"),
    environment,
    permissions: privilege("sts", args.store),
    timeout: "15 seconds",
  });

  return { api, endpoints: { iam: serve(api, "iam", iam), sts: serve(api, "sts", sts) } };
}

/** Some clients end an endpoint's path with a slash and some don't; a greedy route takes what an exact one may not. */
function serve(api: sst.aws.ApiGatewayV2, service: string, fn: sst.aws.Function): $util.Output<string> {
  api.route(`ANY /${service}`, fn.arn, { name: service });
  api.route(`ANY /${service}/{proxy+}`, fn.arn, { name: `${service}Slash` });
  return $interpolate`${api.url}/${service}`;
}
