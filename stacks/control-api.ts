import type { Console } from "./console.ts";
import { handler } from "./handlers.ts";
import type { IdentityStore } from "./identity-store.ts";
import {
  type FileBesideCode,
  type FunctionSettings,
  leastPrivilegeFunction,
} from "./least-privilege-function.ts";
import { type Privileged, privilege, storeEnvironment } from "./privilege.ts";
import { type ApiDeclaration, apisFile, declaredApi } from "./protected-apis.ts";
import { logRetention, physicalName } from "./stage.ts";
import { defaultTrafficLimits, type TrafficLimits } from "./traffic-limits.ts";

export interface ControlApiArgs extends FunctionSettings {
  readonly store: IdentityStore;
  /**
   * The APIs that the installation protects. For each service definition, accounts can attach the
   * managed policies `<Service>FullAccess` and `<Service>ReadOnlyAccess`, ValidatePolicy finds
   * unknown actions, and the console shows the routes. @default none
   */
  readonly apis?: readonly ApiDeclaration[];
  /**
   * Makes the web console for the control API's URL. Its pages, and no other origin's, may then use
   * the control API. @default no console
   */
  readonly console?: (controlApiUrl: $util.Output<string>) => Console;
  /**
   * A domain of your own; API Gateway's own address is then closed. The domain is the issuer of
   * tokens: choose it before the first token is issued.
   */
  readonly domain?: sst.aws.ApiGatewayV2Args["domain"];
  /** @default `defaultTrafficLimits()` */
  readonly limits?: TrafficLimits;
}

/**
 * The services of AWS's that are offered. Each has a function and a path of its own name, in which
 * a hyphen stands for the underscore.
 */
export type Service = Extract<
  Privileged,
  "iam" | "sts" | "organizations" | "access_analyzer" | "cloudtrail" | "portcullis"
>;

interface ServiceFunction {
  readonly logicalName: string;
  readonly description: string;
  readonly timeout: sst.aws.FunctionArgs["timeout"];
}

const SERVICES: Readonly<Record<Service, ServiceFunction>> = {
  iam: {
    logicalName: "Iam",
    description: "IAM query API: reads and writes the identity store",
    timeout: "25 seconds",
  },
  sts: {
    logicalName: "Sts",
    description: "STS query API: reads the identity store, writes only which codes were used",
    timeout: "15 seconds",
  },
  organizations: {
    logicalName: "Organizations",
    description:
      "Organizations JSON API: writes only the organization, and the accounts that it opens",
    timeout: "25 seconds",
  },
  access_analyzer: {
    logicalName: "AccessAnalyzer",
    description: "Access Analyzer REST API: reads the identity store, writes only its own records",
    timeout: "25 seconds",
  },
  cloudtrail: {
    logicalName: "CloudTrail",
    description: "CloudTrail LookupEvents: reads the identity store, writes nothing",
    timeout: "15 seconds",
  },
  portcullis: {
    logicalName: "Portcullis",
    description:
      "Decision records: reads the identity store, writes only traces and archived findings",
    timeout: "15 seconds",
  },
};

const pathOf = (service: string): string => service.replaceAll("_", "-");

export interface ControlApi {
  readonly api: sst.aws.ApiGatewayV2;
  readonly console: Console | undefined;
  readonly functions: Readonly<
    Record<Service | "access_evaluation" | "issuer" | "signin", sst.aws.Function>
  >;
  /** The endpoint of each service, as AWS clients take it (`AWS_ENDPOINT_URL_IAM`, ...). */
  readonly endpoints: Readonly<Record<Service | "signin", $util.Output<string>>>;
}

/**
 * The control API: AWS's wire protocols behind one HTTP API. The functions verify signatures
 * themselves, so the routes have no authorizer.
 */
export function controlApi(name: string, args: ControlApiArgs): ControlApi {
  const limits = args.limits ?? defaultTrafficLimits();
  const api = new sst.aws.ApiGatewayV2(name, {
    cors: false,
    accessLog: { retention: logRetention() },
    ...(args.domain !== undefined && { domain: args.domain }),
    transform: {
      api: { name: physicalName("control"), disableExecuteApiEndpoint: args.domain !== undefined },
      // The stage's default holds for each route by itself. Settings of a single route can't be
      // made here: the stage exists before its routes.
      stage: {
        defaultRouteSettings: {
          throttlingRateLimit: limits.perSecond,
          throttlingBurstLimit: limits.burst,
        },
      },
    },
  });
  const endpoint = (service: Service | "signin") => $interpolate`${api.url}/${pathOf(service)}`;
  const console = args.console?.(api.url);
  const gateway = {
    name,
    api,
    consoleOrigin: console?.origin,
    concurrency: limits.concurrency,
    apisFile: args.apis?.length ? apisFile(name, args.apis.map(declaredApi)) : undefined,
  };
  return {
    api,
    console,
    functions: {
      iam: serve("iam", gateway, args),
      sts: serve("sts", gateway, args),
      organizations: serve("organizations", gateway, args),
      access_analyzer: serve("access_analyzer", gateway, args),
      cloudtrail: serve("cloudtrail", gateway, args),
      portcullis: serve("portcullis", gateway, args),
      access_evaluation: serveAccessEvaluation(gateway, args),
      issuer: serveIssuer(gateway, args),
      signin: serveSignIn(gateway, args),
    },
    endpoints: {
      iam: endpoint("iam"),
      sts: endpoint("sts"),
      organizations: endpoint("organizations"),
      access_analyzer: endpoint("access_analyzer"),
      cloudtrail: endpoint("cloudtrail"),
      portcullis: endpoint("portcullis"),
      signin: endpoint("signin"),
    },
  };
}

/** The HTTP API that functions are added to. */
interface Gateway {
  readonly name: string;
  readonly api: sst.aws.ApiGatewayV2;
  readonly consoleOrigin: $util.Output<string> | undefined;
  readonly concurrency: TrafficLimits["concurrency"];
  readonly apisFile: FileBesideCode | undefined;
}

function serve(service: Service, gateway: Gateway, args: ControlApiArgs): sst.aws.Function {
  const { name, api } = gateway;
  const { logicalName, description, timeout } = SERVICES[service];
  const fn = leastPrivilegeFunction(`${name}${logicalName}`, {
    part: service,
    description,
    handler: handler(args.code, pathOf(service)),
    environment: environment(gateway, args),
    copyFiles: gateway.apisFile && [gateway.apisFile],
    permissions: privilege(service, args.store),
    timeout,
    concurrency: gateway.concurrency?.[service],
    tracing: args.tracing,
  });
  // Some clients end an endpoint's path with a slash. API Gateway matches that by the greedy route
  // only.
  api.route(`ANY /${pathOf(service)}`, fn.arn, { name: service });
  api.route(`ANY /${pathOf(service)}/{proxy+}`, fn.arn, { name: `${service}Slash` });
  return fn;
}

function environment({ api, consoleOrigin, apisFile }: Gateway, { store }: ControlApiArgs) {
  return {
    ...storeEnvironment(store),
    PORTCULLIS_ISSUER: api.url,
    ...(consoleOrigin && { PORTCULLIS_CONSOLE_ORIGIN: consoleOrigin }),
    ...(apisFile && { PORTCULLIS_APIS: apisFile.to }),
  };
}

/**
 * The documents by which others verify the tokens that the installation issues (OpenID Connect
 * Discovery 1.0).
 */
function serveIssuer({ name, api, concurrency }: Gateway, args: ControlApiArgs): sst.aws.Function {
  const fn = leastPrivilegeFunction(`${name}Issuer`, {
    part: "issuer",
    description: "Publishes the keys that tokens are signed with: reads them, and nothing else",
    handler: handler(args.code, "issuer"),
    environment: { ...storeEnvironment(args.store), PORTCULLIS_ISSUER: api.url },
    permissions: privilege("issuer", args.store),
    timeout: "10 seconds",
    memory: "512 MB",
    concurrency: concurrency?.issuer,
    tracing: args.tracing,
  });
  api.route("GET /.well-known/openid-configuration", fn.arn, { name: "discovery" });
  api.route("GET /.well-known/jwks.json", fn.arn, { name: "jwks" });
  return fn;
}

/** Answers services that ask what a principal may do (OpenID Authorization API 1.0). */
function serveAccessEvaluation(gateway: Gateway, args: ControlApiArgs): sst.aws.Function {
  const { name, api } = gateway;
  const fn = leastPrivilegeFunction(`${name}AccessEvaluation`, {
    part: "access_evaluation",
    description: "Decides for services that ask: reads the identity store, writes nothing",
    handler: handler(args.code, "access-evaluation"),
    environment: environment(gateway, args),
    copyFiles: gateway.apisFile && [gateway.apisFile],
    permissions: privilege("access_evaluation", args.store),
    timeout: "15 seconds",
    concurrency: gateway.concurrency?.access_evaluation,
    tracing: args.tracing,
  });
  api.route("POST /access/v1/evaluation", fn.arn, { name: "evaluation" });
  api.route("POST /access/v1/evaluations", fn.arn, { name: "evaluations" });
  api.route("GET /.well-known/authzen-configuration", fn.arn, { name: "authzen" });
  return fn;
}

/** Exchanges a password for temporary credentials. */
function serveSignIn(gateway: Gateway, args: ControlApiArgs): sst.aws.Function {
  const { name, api } = gateway;
  const fn = leastPrivilegeFunction(`${name}SignIn`, {
    part: "signin",
    description:
      "Sign-in and login: reads the identity store, writes only attempts, used codes and logins",
    handler: handler(args.code, "signin"),
    environment: environment(gateway, args),
    copyFiles: gateway.apisFile && [gateway.apisFile],
    permissions: privilege("signin", args.store),
    timeout: "15 seconds",
    // Hashing a password takes a whole processor for a tenth of a second.
    memory: "1769 MB",
    concurrency: gateway.concurrency?.signin,
    tracing: args.tracing,
  });
  api.route("ANY /signin", fn.arn, { name: "signin" });
  // AWS's clients append these to the endpoint of the service `signin`, with a path or without.
  for (const [prefix, suffix] of [
    ["", "Root"],
    ["/signin", ""],
  ]) {
    api.route(`GET ${prefix}/v1/authorize`, fn.arn, { name: `signinAuthorize${suffix}` });
    api.route(`POST ${prefix}/v1/token`, fn.arn, { name: `signinToken${suffix}` });
  }
  return fn;
}
