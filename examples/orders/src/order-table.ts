import {
  type AttributeValue,
  CreateTableCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ResourceInUseException,
} from "@aws-sdk/client-dynamodb";

export interface Order {
  readonly orderId: string;
  readonly item: string;
  readonly quantity: number;
}

/** The orders of the sample API: partition key `account`, sort key `orderId`. */
export interface OrderTable {
  list(account: string): Promise<readonly Order[]>;
  get(account: string, orderId: string): Promise<Order | undefined>;
  put(account: string, order: Order): Promise<void>;
  /** Returns whether the order existed. */
  delete(account: string, orderId: string): Promise<boolean>;
}

type Item = Record<string, AttributeValue>;

/** Creates the table on a local engine unless it exists; a deployment creates it by `stack.ts`. */
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

/** Orders in the table `TableName`. Reads are strongly consistent. */
export function orderTable(client: DynamoDBClient, TableName: string): OrderTable {
  const keyOf = (account: string, orderId: string): Item => ({
    account: { S: account },
    orderId: { S: orderId },
  });
  return {
    async list(account) {
      const answer = await client.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: "#account = :account",
          ExpressionAttributeNames: { "#account": "account" },
          ExpressionAttributeValues: { ":account": { S: account } },
          ConsistentRead: true,
          Limit: 100,
        }),
      );
      return (answer.Items ?? []).map(orderOf);
    },
    async get(account, orderId) {
      const answer = await client.send(
        new GetItemCommand({ TableName, Key: keyOf(account, orderId), ConsistentRead: true }),
      );
      return answer.Item && orderOf(answer.Item);
    },
    async put(account, { orderId, item, quantity }) {
      await client.send(
        new PutItemCommand({
          TableName,
          Item: {
            ...keyOf(account, orderId),
            item: { S: item },
            quantity: { N: String(quantity) },
          },
        }),
      );
    },
    async delete(account, orderId) {
      const answer = await client.send(
        new DeleteItemCommand({ TableName, Key: keyOf(account, orderId), ReturnValues: "ALL_OLD" }),
      );
      return answer.Attributes !== undefined;
    },
  };
}

const orderOf = (item: Item): Order => ({
  orderId: item.orderId?.S ?? "",
  item: item.item?.S ?? "",
  quantity: Number(item.quantity?.N ?? 0),
});
