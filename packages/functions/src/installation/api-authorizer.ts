import {
  type Authorizer,
  type AuthorizerOptions,
  createAuthorizer,
  createRouter,
  logWithMetrics,
  type Router,
  routesWithPath,
  type ServiceDefinition,
} from "@portcullis/authorizer";
import { cannedPoliciesOf, offerCannedPolicies } from "@portcullis/iam/canned";
import { environmentCredentials } from "@portcullis/store/slim-reader";
import { type Connection, type DeployedConnection, deployedConnection } from "./connection.ts";
import { createDirectory } from "./directory.ts";
import { wholeSeconds } from "./environment.ts";

/** An authorizer, and where it stands. */
export interface ApiAuthorizer {
  readonly authorizer: Authorizer;
  readonly region: string;
  /** What the API is called in ARNs; the gateway's own id when undefined. */
  readonly apiId: string | undefined;
  /** Whether HTTP APIs hand over paths decoded: API Gateway's do, the local one's as they came. */
  readonly pathIsDecoded: boolean;
  /** By the service definition's routes, for events that name none. */
  readonly router: Router;
  /** Where a WebSocket API is reached, when not at its stage: behind a domain of one's own. */
  readonly connectPath?: string | undefined;
}

let openedConnection: DeployedConnection | undefined;
let deployed: ApiAuthorizer | undefined;

/** @throws {Error} naming the variable that is missing */
function connected(): DeployedConnection {
  openedConnection ??= deployedConnection(environmentCredentials);
  return openedConnection;
}

/**
 * Reaches DynamoDB and KMS while Lambda loads the function, both at once, so that the first
 * decision finds its connections open. Elsewhere it does nothing. Nothing that fails here is
 * remembered: the first decision tries again, and fails by itself.
 */
export function connectWhileLoading(): void {
  if (process.env.AWS_LAMBDA_FUNCTION_NAME === undefined) return;
  try {
    connected().connect();
  } catch {
    // A variable is missing. The first decision names it.
  }
}

/**
 * The authorizer of a deployed function, configured by its environment. It reads DynamoDB without
 * the SDK, whose loading would take longer than the rest of a cold start. It decides by the API's
 * service definition; a request to an API without one asks for `execute-api:Invoke`.
 */
export function deployedAuthorizer(
  service?: ServiceDefinition,
  choices: AuthorizerChoices = {},
): ApiAuthorizer {
  deployed ??= make(service, choices);
  return deployed;
}

/** What the owner of an API may want otherwise. */
export type AuthorizerChoices = Pick<AuthorizerOptions, "allowUnsignedPayload" | "cachedRoutes">;

/**
 * Undefined: denials are denials, as they are unless the deployment says otherwise.
 * @throws {RangeError} for a value that the deployment does not write
 */
function observeOptions(setting: string | undefined): AuthorizerOptions["observe"] {
  if (setting === undefined) return undefined;
  if (setting === "denials") return {};
  if (setting === "unauthenticated") return { unauthenticated: true };
  throw new RangeError(`PORTCULLIS_OBSERVE must be denials or unauthenticated, not \`${setting}\``);
}

function make(service: ServiceDefinition | undefined, choices: AuthorizerChoices): ApiAuthorizer {
  const connection = connected();
  // The key service is needed as soon as the table has answered.
  connection.connect();
  const authorizer = authorizerOver(connection, service, {
    ...choices,
    log: logWithMetrics((line) => process.stdout.write(line)),
    apiPolicyOwner:
      process.env.PORTCULLIS_API_POLICY === "on" ? connection.managementAccount : undefined,
    observe: observeOptions(process.env.PORTCULLIS_OBSERVE),
    stalenessSeconds: wholeSeconds("PORTCULLIS_STALENESS_SECONDS"),
  });
  return {
    authorizer,
    region: connection.region,
    apiId: process.env.PORTCULLIS_API_ID,
    pathIsDecoded: true,
    router: createRouter(routesWithPath(service)),
    connectPath: process.env.PORTCULLIS_CONNECT_PATH,
  };
}

/** An authorizer that decides by what a connection reads. */
export function authorizerOver(
  { reader, unwrapper, managementAccount, bearer }: Connection,
  service: ServiceDefinition | undefined,
  options: Omit<AuthorizerOptions, "directory" | "reader" | "service" | "bearer">,
): Authorizer {
  if (service !== undefined) offerCannedPolicies(cannedPoliciesOf(service));
  const directory = createDirectory({ reader, unwrapper, managementAccount });
  return createAuthorizer({ ...options, directory, reader, service, bearer });
}
