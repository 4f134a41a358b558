import {
  DeleteItemCommand,
  DynamoDBClient,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { Expectation, Write } from "@portcullis/iam/store";
import { dynamoStore } from "@portcullis/store";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { LAST_CHARACTER } from "../../packages/store/src/item/item.ts";
import { encodeWrite } from "../../packages/store/src/write/encode-write.ts";
import { firstVersion } from "../../packages/store/src/write/transact.ts";

/** What a write asks DynamoDB, to the letter: a condition that is missing is a lost update. */
const context = { tableName: "table", nowSeconds: 1_000, firstVersion: 7_000 };
const key = { account: "1", partition: "user/bob", sort: "record" };
const Key = { pk: { S: "1#user/bob" }, sk: { S: "record" } };
const KEY_BYTES = 4 + 10 + 6;
const NOW = { ":now": { N: "1000" } };
const LIVE = "(attribute_not_exists(t) OR t > :now)";
const TableName = "table";
const encode = (write: Write) => encodeWrite(write, context);

describe("a put", () => {
  const put = (expect: Expectation, expiresAt?: number): Write => ({
    kind: "put",
    key,
    data: { a: "é" },
    expect,
    ...(expiresAt === undefined ? {} : { expiresAt }),
  });
  const DATA = '{"a":"é"}';
  const bytes = KEY_BYTES + 1 + 10 + 24;
  const SET = "SET d = :data, v = if_not_exists(v, :before) + :one";
  const values = {
    ":data": { S: DATA },
    ":before": { N: "6999" },
    ":one": { N: "1" },
  };

  it.each([undefined, 2_000])("of a new record replaces all of an expired one (until %s)", (at) => {
    expect(encode(put("absent", at))).toStrictEqual({
      bytes,
      item: {
        Put: {
          TableName,
          Item: {
            ...Key,
            d: { S: DATA },
            v: { N: "7000" },
            ...(at === undefined ? {} : { t: { N: "2000" } }),
          },
          ConditionExpression: "attribute_not_exists(pk) OR t <= :now",
          ExpressionAttributeValues: NOW,
        },
      },
    });
  });

  it.each([
    ["any", undefined, {}],
    ["present", `attribute_exists(pk) AND ${LIVE}`, NOW],
    [41, `v = :version AND ${LIVE}`, { ...NOW, ":version": { N: "41" } }],
  ] as const)(
    "of a record that is expected to be %s moves its version",
    (expected, condition, more) => {
      expect(encode(put(expected))).toStrictEqual({
        bytes,
        item: {
          Update: {
            TableName,
            Key,
            UpdateExpression: `${SET} REMOVE t`,
            ...(condition === undefined ? {} : { ConditionExpression: condition }),
            ExpressionAttributeValues: { ...values, ...more },
          },
        },
      });
      expect(encode(put(expected, 2_000)).item.Update).toMatchObject({
        UpdateExpression: `${SET}, t = :expires`,
        ExpressionAttributeValues: { ...values, ...more, ":expires": { N: "2000" } },
      });
    },
  );

  it("takes as much as an item can hold, and nothing that JSON cannot say", () => {
    const sized = (length: number): Write => ({
      kind: "put",
      key,
      data: "x".repeat(length),
      expect: "any",
    });
    // The quotes are of the data.
    const most = 409_600 - KEY_BYTES - 1 - 24 - 2;
    expect(encode(sized(most)).bytes).toBe(409_600);
    expect(() => encode(sized(most + 1))).toThrow(
      expect.objectContaining({
        name: "TooLarge",
        what: "record",
        key,
        message: "the record 1#user/bob record has 409601 bytes: DynamoDB takes 409600",
      }),
    );
    expect(() => encode({ kind: "put", key, data: undefined, expect: "any" })).toThrow(
      new TypeError("a record's data must be something that JSON can say"),
    );
  });
});

describe("a delete and a check", () => {
  it.each([
    ["absent", "attribute_not_exists(pk) OR t <= :now", NOW],
    ["present", `attribute_exists(pk) AND ${LIVE}`, NOW],
    [41, `v = :version AND ${LIVE}`, { ...NOW, ":version": { N: "41" } }],
  ] as const)("have the condition of what is expected: %s", (expected, condition, values) => {
    const conditional = {
      TableName,
      Key,
      ConditionExpression: condition,
      ExpressionAttributeValues: values,
    };
    expect(encode({ kind: "delete", key, expect: expected } as Write)).toStrictEqual({
      bytes: KEY_BYTES,
      item: { Delete: conditional },
    });
    expect(encode({ kind: "check", key, expect: expected } as Write)).toStrictEqual({
      bytes: KEY_BYTES,
      item: { ConditionCheck: conditional },
    });
  });

  it("need none of a record that may be anything", () => {
    expect(encode({ kind: "delete", key, expect: "any" })).toStrictEqual({
      bytes: KEY_BYTES,
      item: { Delete: { TableName, Key } },
    });
  });
});

describe("a counter", () => {
  const count = (by: number, atMost?: number): Write => ({
    kind: "count",
    key,
    counter: "users",
    by,
    ...(atMost === undefined ? {} : { atMost }),
  });
  const update = (by: string, most: object = {}) => ({
    TableName,
    Key,
    UpdateExpression: "SET #c = if_not_exists(#c, :zero) + :by",
    ExpressionAttributeNames: { "#c": "c:users" },
    ExpressionAttributeValues: { ":zero": { N: "0" }, ":by": { N: by }, ...most },
  });

  it("grows without a limit, or up to one", () => {
    expect(encode(count(-2))).toStrictEqual({
      bytes: KEY_BYTES + 24,
      item: { Update: update("-2") },
    });
    expect(encode(count(2, 5)).item.Update).toStrictEqual({
      ...update("2", { ":most": { N: "3" } }),
      ConditionExpression: "(attribute_not_exists(#c) OR #c <= :most)",
    });
    expect(encode(count(5, 5)).item.Update?.ConditionExpression).toContain("attribute_not_exists");
    // More than the limit at once: not even a counter that is not there has room for it.
    expect(encode(count(6, 5)).item.Update).toStrictEqual({
      ...update("6", { ":most": { N: "-1" } }),
      ConditionExpression: "#c <= :most",
    });
    expect(() => encode(count(0.5))).toThrow(new TypeError("a count by 0.5"));
  });

  it("is deleted only while all of its item's are zero", () => {
    expect(encode({ kind: "deleteCounter", key, counters: ["a", "b"] })).toStrictEqual({
      bytes: KEY_BYTES,
      item: {
        Delete: {
          TableName,
          Key,
          ConditionExpression:
            "(attribute_not_exists(#c0) OR #c0 = :zero) AND (attribute_not_exists(#c1) OR #c1 = :zero)",
          ExpressionAttributeNames: { "#c0": "c:a", "#c1": "c:b" },
          ExpressionAttributeValues: { ":zero": { N: "0" } },
        },
      },
    });
    expect(encode({ kind: "deleteCounter", key, counters: [] }).item).toStrictEqual({
      Delete: { TableName, Key },
    });
  });
});

describe("a transaction", () => {
  const client = new DynamoDBClient({
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
  });
  const dynamodb = mockClient(client);
  const store = dynamoStore({ client, tableName: "table", nowSeconds: () => 1_000 });
  beforeEach(() => void dynamodb.reset().onAnyCommand().resolves({}));
  const keyOf = (sort: string) => ({ ...key, sort });
  const put = (sort: string, data: unknown = 1, expected: Expectation = "absent"): Write => ({
    kind: "put",
    key: keyOf(sort),
    data,
    expect: expected,
  });
  const sent = () => dynamodb.calls().map(({ args }) => args[0]);

  it("of no writes sends nothing", async () => {
    await store.transact([]);
    expect(sent()).toEqual([]);
  });

  it.each([
    ["a put", put("a", 1, "any"), UpdateItemCommand],
    ["a delete", { kind: "delete", key, expect: "any" }, DeleteItemCommand],
    ["a put of a new record", put("a"), TransactWriteItemsCommand],
    ["a put of a version", put("a", 1, 3), TransactWriteItemsCommand],
    ["a delete of a version", { kind: "delete", key, expect: 3 }, TransactWriteItemsCommand],
    ["a count", { kind: "count", key, counter: "c", by: 1 }, TransactWriteItemsCommand],
    ["a check", { kind: "check", key, expect: "present" }, TransactWriteItemsCommand],
  ] as const)(
    "of one write is sent as one only where it can be repeated: %s",
    async (_, write, command) => {
      await store.transact([write as Write]);
      expect(sent()).toEqual([expect.any(command)]);
    },
  );

  it("of two writes that could be repeated each is a transaction", async () => {
    await store.transact([put("a", 1, "any"), put("b", 1, "any")]);
    const [command] = sent();
    expect(command).toBeInstanceOf(TransactWriteItemsCommand);
    expect(command?.input).toMatchObject({
      TransactItems: [{ Update: { TableName } }, { Update: { TableName } }],
      ClientRequestToken: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  it("gives all records that it creates one version, later than each before it", async () => {
    const before = Date.now() * 1_000;
    await store.transact([put("a"), put("b")]);
    const { TransactItems: items = [] } = dynamodb.commandCalls(TransactWriteItemsCommand)[0]
      ?.args[0].input ?? { TransactItems: [] };
    const [one, other] = items.map(({ Put }) => Number(Put?.Item?.v?.N));
    expect(one).toBe(other);
    expect(one).toBeGreaterThanOrEqual(before);
    expect(one).toBeLessThan((Date.now() + 1) * 1_000);
    const random = vi.spyOn(Math, "random").mockReturnValue(0.9999);
    try {
      expect(firstVersion() % 1_000).toBe(999);
    } finally {
      random.mockRestore();
    }
  });

  it("takes 100 writes, 4 MB, and each key once", async () => {
    const writes = (count: number) => Array.from({ length: count }, (_, at) => put(`${at}`));
    await store.transact(writes(100));
    await expect(store.transact(writes(101))).rejects.toMatchObject({
      name: "TooLarge",
      what: "transaction",
      message: "a transaction of 101 writes: DynamoDB takes 100",
    });
    await expect(store.transact([put("a"), put("a", 2)])).rejects.toThrow(
      new TypeError("two writes of one transaction have the same key"),
    );
    const large = "x".repeat(400_000);
    const big = (count: number) => Array.from({ length: count }, (_, at) => put(`${at}`, large));
    await store.transact(big(10));
    const bytes = 11 * (400_000 + 2 + 1 + 24 + 4 + 10) + 10 + 2;
    await expect(store.transact(big(11))).rejects.toMatchObject({
      name: "TooLarge",
      what: "transaction",
      message: `a transaction of ${bytes} bytes: DynamoDB takes 4194304`,
    });
    expect(sent()).toHaveLength(2);
  });

  it.each([
    ["an empty account", { ...key, account: "" }, "a key has no empty part"],
    ["an empty partition", { ...key, partition: "" }, "a key has no empty part"],
    ["an empty sort", { ...key, sort: "" }, "a key has no empty part"],
    ["an account with a #", { ...key, account: "1#2" }, "the account `1#2` holds a #"],
    [
      "a sort with the last character",
      { ...key, sort: `a${LAST_CHARACTER}` },
      "a sort holds U+10FFFF",
    ],
  ])("has no key with %s", async (_, bad, message) => {
    await expect(store.get([bad])).rejects.toThrow(new TypeError(message));
    expect(sent()).toEqual([]);
  });

  it.each([
    ["partition", (count: number) => ({ ...key, partition: "é".repeat(count) }), 1_023],
    ["sort", (count: number) => ({ ...key, sort: "é".repeat(count) }), 512],
  ])("has no longer %s than DynamoDB takes", async (_, keyWith, most) => {
    dynamodb
      .reset()
      .onAnyCommand()
      .resolves({ Responses: { table: [] } });
    expect(await store.get([keyWith(most)])).toEqual([undefined]);
    await expect(store.get([keyWith(most + 1)])).rejects.toMatchObject({
      name: "TooLarge",
      what: "key",
      key: keyWith(most + 1),
    });
  });

  it("names the writes whose expectation was not met, and a quota only beside none of them", async () => {
    const count: Write = { kind: "count", key: keyOf("c"), counter: "users", by: 1, atMost: 5 };
    const free: Write = { kind: "count", key: keyOf("f"), counter: "users", by: 1 };
    const outcome = (codes: readonly string[]) => {
      dynamodb.reset();
      dynamodb.on(TransactWriteItemsCommand).rejects(
        new TransactionCanceledException({
          message: "cancelled",
          $metadata: {},
          CancellationReasons: codes.map((Code) => ({ Code })),
        }),
      );
      return store.transact([put("a"), put("b"), count, free]);
    };
    const FAILED = "ConditionalCheckFailed";
    await expect(outcome([FAILED, FAILED, FAILED, "None"])).rejects.toMatchObject({
      name: "Conflict",
      keys: [keyOf("a"), keyOf("b")],
    });
    await expect(outcome(["None", FAILED, "None", "None"])).rejects.toMatchObject({
      name: "Conflict",
      keys: [keyOf("b")],
    });
    await expect(outcome(["None", "None", FAILED, "None"])).rejects.toMatchObject({
      name: "QuotaReached",
      key: keyOf("c"),
      counter: "users",
      atMost: 5,
    });
    // A count without a limit has no condition that could fail.
    await expect(outcome(["None", "None", "None", FAILED])).rejects.toMatchObject({
      name: "StoreUnavailable",
      reason: "refused",
    });
  });
});
