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
import { slimKmsUnwrapper } from "@portcullis/store/slim-kms";
import { environmentCredentials, slimReader } from "@portcullis/store/slim-reader";
import { createDirectory } from "./directory.ts";
import { managementAccount, required, wholeSeconds } from "./environment.ts";

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

let deployed: ApiAuthorizer | undefined;

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
  const region = required("AWS_REGION");
  const credentials = environmentCredentials;
  // AWS's own variables for other endpoints, as the SDK reads them in the other functions.
  const { AWS_ENDPOINT_URL_DYNAMODB, AWS_ENDPOINT_URL_KMS } = process.env;
  const reader = slimReader({
    region,
    tableName: required("PORTCULLIS_TABLE"),
    credentials,
    endpoint: AWS_ENDPOINT_URL_DYNAMODB,
  });
  const unwrapper = slimKmsUnwrapper({
    region,
    keyArn: required("PORTCULLIS_KMS_KEY"),
    installation: required("PORTCULLIS_INSTALLATION"),
    credentials,
    endpoint: AWS_ENDPOINT_URL_KMS,
  });
  const directory = createDirectory({ reader, unwrapper, managementAccount: managementAccount() });
  if (service !== undefined) offerCannedPolicies(cannedPoliciesOf(service));
  const authorizer = createAuthorizer({
    ...choices,
    directory,
    reader,
    service,
    log: logWithMetrics((line) => process.stdout.write(line)),
    // Without the installation's own issuer, tokens of registered providers are taken all the same.
    bearer: { issuer: process.env.PORTCULLIS_ISSUER ?? "" },
    apiPolicyOwner: process.env.PORTCULLIS_API_POLICY === "on" ? managementAccount() : undefined,
    observe: observeOptions(process.env.PORTCULLIS_OBSERVE),
    stalenessSeconds: wholeSeconds("PORTCULLIS_STALENESS_SECONDS"),
  });
  return {
    authorizer,
    region,
    apiId: process.env.PORTCULLIS_API_ID,
    pathIsDecoded: true,
    router: createRouter(routesWithPath(service)),
    connectPath: process.env.PORTCULLIS_CONNECT_PATH,
  };
}
