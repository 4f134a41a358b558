import type { Store } from "@portcullis/iam/store";
import { environmentCredentials, slimStoreCalls, storeOver } from "@portcullis/store";
import { required } from "./environment.ts";

/**
 * The identity table of a deployed function, without the SDK.
 * @throws {Error} naming the variable that is missing
 */
export function deployedStore(): Store {
  const calls = slimStoreCalls({
    region: required("AWS_REGION"),
    credentials: environmentCredentials,
    // AWS's own variable for another endpoint, as the SDK's clients read it.
    endpoint: process.env.AWS_ENDPOINT_URL_DYNAMODB,
  });
  return storeOver(calls, { tableName: required("PORTCULLIS_TABLE") });
}
