import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
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
  /** Whether there was one. */
  delete(account: string, orderId: string): Promise<boolean>;
}

type Item = NonNullable<import("@aws-sdk/client-dynamodb").GetItemCommandOutput["Item"]>;

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
