import {
  type Authorizer,
  createAuthorizer,
  createRouter,
  logWithMetrics,
  type Router,
} from "@portcullis/authorizer";
import { cannedPoliciesOf, offerCannedPolicies } from "@portcullis/iam/canned";
import { slimKmsUnwrapper } from "@portcullis/store/slim-kms";
import { environmentCredentials, slimReader } from "@portcullis/store/slim-reader";
import { createDirectory } from "./directory.ts";
import { managementAccount, required, wholeSeconds } from "./environment.ts";
import { ordersService } from "./orders-service.ts";

/** An authorizer, and where it stands. */
export interface AuthorizerPlace {
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

export const ordersRouter = createRouter(Object.keys(ordersService.routes));

let deployed: AuthorizerPlace | undefined;

/** The authorizer of a deployed function, as its environment says: without the SDK, whose loading takes longer than all else. */
export function deployedAuthorizer(): AuthorizerPlace {
  deployed ??= make();
  return deployed;
}

function make(): AuthorizerPlace {
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
  offerCannedPolicies(cannedPoliciesOf(ordersService));
  const authorizer = createAuthorizer({
    directory,
    reader,
    service: ordersService,
    log: logWithMetrics((line) => process.stdout.write(line)),
    stalenessSeconds: wholeSeconds("PORTCULLIS_STALENESS_SECONDS"),
  });
  return {
    authorizer,
    region,
    apiId: process.env.PORTCULLIS_API_ID,
    pathIsDecoded: true,
    router: ordersRouter,
    connectPath: process.env.PORTCULLIS_CONNECT_PATH,
  };
}
