import {
  CreateTableCommand,
  type DynamoDBClient,
  ResourceInUseException,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import { ATTRIBUTE } from "../item/item.ts";

/** The identity table, as data: what is deployed and what runs locally are made from the same. */
export const TABLE = {
  partitionKey: ATTRIBUTE.partition,
  sortKey: ATTRIBUTE.sort,
  timeToLive: ATTRIBUTE.expires,
  billingMode: "PAY_PER_REQUEST",
} as const;

/** Makes the table where it is missing, and waits until it can be used. For local runs and tests. */
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
    // It stands already, or somebody else is making it: then they also set its time to live.
    await untilUsable(client, tableName);
    return;
  }
  await untilUsable(client, tableName);
  const expiry = { AttributeName: TABLE.timeToLive, Enabled: true };
  await client
    .send(new UpdateTimeToLiveCommand({ TableName: tableName, TimeToLiveSpecification: expiry }))
    .catch((error: unknown) => {
      // An engine without it keeps expired items, which read as absent all the same.
      if (!(error instanceof Error && error.name === "UnknownOperationException")) throw error;
    });
}

async function untilUsable(client: DynamoDBClient, tableName: string): Promise<void> {
  await waitUntilTableExists(
    { client, maxWaitTime: 60, minDelay: 1, maxDelay: 2 },
    { TableName: tableName },
  );
}
