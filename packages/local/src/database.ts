import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { guardTransactions } from "@portcullis/store";
import { REGION } from "./settings.ts";

/** The identity table's name on a local engine. */
export const IDENTITY_TABLE = "portcullis";

/**
 * Credentials for the engine. A local engine accepts any. Undefined means those of the environment,
 * for another engine.
 * @param own whether it is the embedded engine
 */
export function dynamodbCredentials(own: boolean) {
  const anyone = own || process.env.AWS_ACCESS_KEY_ID === undefined;
  return anyone ? () => ({ accessKeyId: "local", secretAccessKey: "local" }) : undefined;
}

/**
 * A client of the engine at `endpoint`, with the corrections that local engines need.
 * @param own whether it is the embedded engine
 */
export function dynamodbClient(endpoint: string, own: boolean): DynamoDBClient {
  const credentials = dynamodbCredentials(own)?.();
  const client = new DynamoDBClient({
    endpoint,
    region: process.env.AWS_REGION ?? REGION,
    ...(credentials === undefined ? {} : { credentials }),
  });
  guardTransactions(client);
  return client;
}
