import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { guardTransactions } from "@portcullis/store";
import { REGION } from "./settings.ts";

/** The identity table's name on an engine that runs locally. */
export const IDENTITY_TABLE = "portcullis";

/** Engines on one's own machine take any credentials; a real one is reached with those of the environment (undefined). */
export function dynamodbCredentials(own: boolean) {
  const anyone = own || process.env.AWS_ACCESS_KEY_ID === undefined;
  return anyone ? () => ({ accessKeyId: "local", secretAccessKey: "local" }) : undefined;
}

/** A client of the engine at `endpoint`, our `own` or another one that was named. */
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
