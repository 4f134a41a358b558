import { randomUUID } from "node:crypto";
import {
  BatchWriteItemCommand,
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import middy from "@middy/core";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { controlServer } from "../../packages/local/src/control-server.ts";
import { listen } from "../../packages/local/src/server.ts";
import { ACCOUNT } from "../support/own-authorizer.ts";

export interface Served {
  readonly url: string;
  /** Of the engine. */
  readonly endpoint: string;
  stop(): Promise<void>;
}

const TABLE = "skeleton";
const USERS = 100;

/**
 * The least that answers these operations with middy and the SDK: one DynamoDB call and an answer
 * in XML. Nothing is authenticated, validated, authorized or recorded.
 */
export async function serveSkeleton(endpoint: string): Promise<Served> {
  const client = new DynamoDBClient({
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  await prepare(client);
  const handler = middy(async ({ body, isBase64Encoded }: APIGatewayProxyEventV2) => {
    const form = Buffer.from(body ?? "", isBase64Encoded ? "base64" : "utf8").toString();
    const input = new URLSearchParams(form);
    const action = input.get("Action") ?? "";
    return {
      statusCode: 200,
      headers: { "content-type": "text/xml" },
      body: answerOf(action, (await operations[action]?.(client, input)) ?? ""),
    };
  });
  const identity = {
    apiId: "skeleton",
    account: ACCOUNT,
    region: "us-east-1",
    stage: "$default",
  };
  const server = controlServer(identity, { "/iam": handler, "/sts": handler });
  const listening = await listen(0, "PORT", server);
  return {
    url: listening.url,
    endpoint,
    async stop() {
      client.destroy();
      await listening.close();
    },
  };
}

const operations: Readonly<
  Record<string, (client: DynamoDBClient, input: URLSearchParams) => Promise<string>>
> = {
  async GetCallerIdentity(client) {
    const Key = { pk: { S: `${ACCOUNT}#user` }, sk: { S: nameOf(0) } };
    const command = new GetItemCommand({ TableName: TABLE, Key, ConsistentRead: true });
    const { Item: { sk, id } = {} } = await client.send(command);
    return `<Arn>${arnOf(sk?.S)}</Arn><UserId>${id?.S}</UserId><Account>${ACCOUNT}</Account>`;
  },
  async ListUsers(client) {
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName: TABLE,
        KeyConditionExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": { S: `${ACCOUNT}#user` } },
        ConsistentRead: true,
        Limit: USERS,
      }),
    );
    const users = Items.map(({ sk, id, created }) => memberOf(sk?.S, id?.S, created?.S));
    return `<Users>${users.join("")}</Users><IsTruncated>true</IsTruncated>`;
  },
  async CreateUser(client, input) {
    const item = itemOf(input.get("UserName") ?? "");
    await client.send(
      new TransactWriteItemsCommand({
        ClientRequestToken: randomUUID(),
        TransactItems: [
          {
            Put: {
              TableName: TABLE,
              Item: item,
              ConditionExpression: "attribute_not_exists(pk)",
            },
          },
          {
            Update: {
              TableName: TABLE,
              Key: { pk: { S: `${ACCOUNT}#count` }, sk: { S: "users" } },
              UpdateExpression: "ADD n :one",
              ExpressionAttributeValues: { ":one": { N: "1" } },
            },
          },
        ],
      }),
    );
    return `<User>${memberOf(item.sk.S, item.id.S, item.created.S)}</User>`;
  },
};

const nameOf = (number: number) => `user-${String(number).padStart(7, "0")}`;
const arnOf = (name = "") => `arn:aws:iam::${ACCOUNT}:user/${name}`;
const memberOf = (name = "", id = "", created = "") =>
  `<member><Path>/</Path><UserName>${name}</UserName><UserId>${id}</UserId><Arn>${arnOf(name)}</Arn><CreateDate>${created}</CreateDate></member>`;

const answerOf = (action: string, result: string) =>
  `<${action}Response><${action}Result>${result}</${action}Result><ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></${action}Response>`;

const itemOf = (name: string) => ({
  pk: { S: `${ACCOUNT}#user` },
  sk: { S: name },
  id: { S: "AIDAAAAAAAAAAAAAAAAAA" },
  created: { S: "2026-01-01T00:00:00Z" },
});

async function prepare(client: DynamoDBClient): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName: TABLE,
      AttributeDefinitions: [
        { AttributeName: "pk", AttributeType: "S" },
        { AttributeName: "sk", AttributeType: "S" },
      ],
      KeySchema: [
        { AttributeName: "pk", KeyType: "HASH" },
        { AttributeName: "sk", KeyType: "RANGE" },
      ],
      BillingMode: "PAY_PER_REQUEST",
    }),
  );
  await waitUntilTableExists(
    { client, maxWaitTime: 60, minDelay: 1, maxDelay: 2 },
    { TableName: TABLE },
  );
  for (let at = 0; at < USERS; at += 25) {
    const puts = Array.from({ length: 25 }, (_, index) => ({
      PutRequest: { Item: itemOf(nameOf(at + index)) },
    }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { [TABLE]: puts } }));
  }
}
