import {
  type DynamoDBClient,
  TransactGetItemsCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import { guardedCalls, slimStoreCalls } from "@portcullis/store";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CREDENTIALS, type TestTable, testTable } from "../support/engine.ts";

// What DynamoDB refuses and the engine lets through, or reports otherwise.
let table: TestTable;
let client: DynamoDBClient;
beforeAll(async () => {
  table = await testTable();
  client = table.client();
});
afterAll(() => table.stop());

const Key = { pk: { S: "a" }, sk: { S: "b" } };
const one = { ":x": { S: "x" } };
const send = (item: TransactWriteItem) =>
  client.send(new TransactWriteItemsCommand({ TransactItems: [item] }));
const update = (UpdateExpression: string, rest: object = {}): TransactWriteItem => ({
  Update: { TableName: table.tableName, Key, UpdateExpression, ...rest },
});

test.each([
  ["SET sk = :x", { ExpressionAttributeValues: one }],
  ["set a = :x, sk = :x", { ExpressionAttributeValues: one }],
  ["SET #k = :x", { ExpressionAttributeValues: one, ExpressionAttributeNames: { "#k": "pk" } }],
  ["SET a = if_not_exists(b, :x), pk = :x", { ExpressionAttributeValues: one }],
  ["REMOVE a, sk", {}],
  ["SET a = :x REMOVE pk", { ExpressionAttributeValues: one }],
  ["ADD pk :x", { ExpressionAttributeValues: one }],
])("an update that changes a key attribute: %s", async (expression, rest) => {
  await expect(send(update(expression, rest))).rejects.toMatchObject({
    name: "ValidationException",
    message: expect.stringMatching(
      /Cannot update attribute [ps]k. This attribute is part of the key/,
    ),
  });
});

test.each([
  ["SET a = sk", {}],
  ["SET a = if_not_exists(sk, :x), b = :x", { ExpressionAttributeValues: one }],
  ["SET pkey = :x, skey = :x REMOVE asks", { ExpressionAttributeValues: one }],
])(
  "an update that only reads a key attribute, or one that looks like it, is made: %s",
  async (expression, rest) => {
    await expect(send(update(expression, rest))).resolves.toBeDefined();
  },
);

test("an item with two actions, or none", async () => {
  const TableName = table.tableName;
  const message = "TransactItems can only contain one of Check, Put, Update or Delete";
  await expect(
    send({ Put: { TableName, Item: Key }, Delete: { TableName, Key } }),
  ).rejects.toMatchObject({
    name: "ValidationException",
    message,
  });
  await expect(send({})).rejects.toMatchObject({ name: "ValidationException", message });
});

test.each([
  [
    "a reserved word",
    "SET name = :x",
    { ExpressionAttributeValues: one },
    "Invalid UpdateExpression: Attribute name is a reserved keyword; reserved keyword: name",
  ],
  [
    "a value that is not used",
    "SET a = :x",
    { ExpressionAttributeValues: { ...one, ":y": { S: "y" } } },
    "Value provided in ExpressionAttributeValues unused in expressions: keys: {:y}",
  ],
  [
    "a name that is not used",
    "SET a = :x",
    { ExpressionAttributeValues: one, ExpressionAttributeNames: { "#y": "y" } },
    "Value provided in ExpressionAttributeNames unused in expressions: keys: {#y}",
  ],
  [
    "a value that is not given",
    "SET a = :y",
    { ExpressionAttributeValues: one },
    expect.stringContaining(":y"),
  ],
  [
    "a name that is not given",
    "SET #a = :x",
    { ExpressionAttributeValues: one },
    expect.stringContaining("#a"),
  ],
  [
    "an expression that is none",
    "SET a :x",
    { ExpressionAttributeValues: one },
    expect.stringContaining("Invalid UpdateExpression"),
  ],
])("%s", async (_, expression, rest, message) => {
  await expect(send(update(expression, rest))).rejects.toMatchObject({
    name: "ValidationException",
    message,
  });
});

test("a condition that does not hold is still a cancelled transaction", async () => {
  const failing = update("SET a = :x", {
    ConditionExpression: "nothing = :x",
    ExpressionAttributeValues: one,
  });
  await expect(send(failing)).rejects.toMatchObject({
    name: "TransactionCanceledException",
    CancellationReasons: [{ Code: "ConditionalCheckFailed" }],
  });
});

test("so is an expression that the item it meets is not fit for", async () => {
  const failing = update("SET a = nothing + :n", {
    ExpressionAttributeValues: { ":n": { N: "1" } },
  });
  await expect(send(failing)).rejects.toMatchObject({
    name: "TransactionCanceledException",
    CancellationReasons: [{ Code: "ValidationError" }],
  });
});

test("reading transactions pass", async () => {
  const Get = { TableName: table.tableName, Key: { pk: { S: "no" }, sk: { S: "no" } } };
  await expect(
    client.send(new TransactGetItemsCommand({ TransactItems: [{ Get }] })),
  ).resolves.toMatchObject({ Responses: [{}] });
});

test("calls without a client are guarded in the same way", async () => {
  const { transactWrite } = guardedCalls(
    slimStoreCalls({
      endpoint: table.endpoint,
      region: "us-east-1",
      credentials: () => CREDENTIALS,
    }),
  );
  const transact = (item: TransactWriteItem) =>
    transactWrite({ TransactItems: [item] }, new AbortController().signal);
  await expect(
    transact(update("SET sk = :x", { ExpressionAttributeValues: one })),
  ).rejects.toMatchObject({
    name: "ValidationException",
    message: expect.stringContaining("Cannot update attribute sk"),
  });
  await expect(transact({})).rejects.toMatchObject({ name: "ValidationException" });
  await expect(
    transact(update("SET name = :x", { ExpressionAttributeValues: one })),
  ).rejects.toMatchObject({
    name: "ValidationException",
    message:
      "Invalid UpdateExpression: Attribute name is a reserved keyword; reserved keyword: name",
  });
  await expect(
    transact(update("SET a = :x", { ExpressionAttributeValues: one })),
  ).resolves.toBeDefined();
});
