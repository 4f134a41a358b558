import {
  CreateTableCommand,
  type DynamoDBClient,
  ResourceInUseException,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import { ATTRIBUTE } from "../item/item.ts";

/** The definition of the identity table, for the stacks and for `createTable`. */
export const TABLE = {
  partitionKey: ATTRIBUTE.partition,
  sortKey: ATTRIBUTE.sort,
  timeToLive: ATTRIBUTE.expires,
  billingMode: "PAY_PER_REQUEST",
} as const;

/** Creates the table if it is absent, and waits until it is active. For local runs and tests. */
export async function createTable(client: DynamoDBClient, tableName: string): Promise<void> {
  try {
    await client.send(
      new CreateTableCommand({
        TableName: tableName,
        AttributeDefinitions: [
          { AttributeName: TABLE.partitionKey, AttributeType: "S" },
          { AttributeName: TABLE.sortKey, AttributeType: "S" },
        ],
        KeySchema: [
          { AttributeName: TABLE.partitionKey, KeyType: "HASH" },
          { AttributeName: TABLE.sortKey, KeyType: "RANGE" },
        ],
        BillingMode: TABLE.billingMode,
      }),
    );
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
    // It exists, or another process is creating it and sets its time to live.
    await waitUntilActive(client, tableName);
    return;
  }
  await waitUntilActive(client, tableName);
  const expiry = { AttributeName: TABLE.timeToLive, Enabled: true };
  await client
    .send(new UpdateTimeToLiveCommand({ TableName: tableName, TimeToLiveSpecification: expiry }))
    .catch((error: unknown) => {
      // An engine without time to live keeps expired items, which read as absent anyway.
      if (!(error instanceof Error && error.name === "UnknownOperationException")) throw error;
    });
}

async function waitUntilActive(client: DynamoDBClient, tableName: string): Promise<void> {
  await waitUntilTableExists(
    { client, maxWaitTime: 60, minDelay: 1, maxDelay: 2 },
    { TableName: tableName },
  );
}
