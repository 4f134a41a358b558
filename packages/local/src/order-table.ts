import {
  CreateTableCommand,
  type DynamoDBClient,
  ResourceInUseException,
} from "@aws-sdk/client-dynamodb";

/** The sample API's table, made where it is missing. */
export async function createOrderTable(client: DynamoDBClient, tableName: string): Promise<void> {
  try {
    await client.send(
      new CreateTableCommand({
        TableName: tableName,
        AttributeDefinitions: [
          { AttributeName: "account", AttributeType: "S" },
          { AttributeName: "orderId", AttributeType: "S" },
        ],
        KeySchema: [
          { AttributeName: "account", KeyType: "HASH" },
          { AttributeName: "orderId", KeyType: "RANGE" },
        ],
        BillingMode: "PAY_PER_REQUEST",
      }),
    );
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
}
