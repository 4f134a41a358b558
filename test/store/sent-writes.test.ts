import {
  BatchGetItemCommand,
  DeleteItemCommand,
  DynamoDBClient,
  QueryCommand,
  TransactGetItemsCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { Expectation, Write } from "@portcullis/iam/store";
import { dynamoStore } from "@portcullis/store";
import { mockClient } from "aws-sdk-client-mock";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LAST_CHARACTER } from "../../packages/store/src/item/item.ts";
import { firstVersion } from "../../packages/store/src/write/transact.ts";

/** How writes are sent, and what is made of DynamoDB's answer to them. */
const TableName = "table";
const key = { account: "1", partition: "user/bob", sort: "record" };

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

  const failure = (name: string, more: object = {}) =>
    Object.assign(new Error(name), { name, ...more });
  const cancelled = (...reasons: readonly (string | { Code: string; Message?: string })[]) =>
    new TransactionCanceledException({
      message: "cancelled",
      $metadata: { httpStatusCode: 400 },
      CancellationReasons: reasons.map((one) => (typeof one === "string" ? { Code: one } : one)),
    });
  const tokens = () =>
    dynamodb
      .commandCalls(TransactWriteItemsCommand)
      .map(({ args }) => args[0].input.ClientRequestToken);

  describe("whose answer is an error", () => {
    beforeEach(() => void vi.spyOn(Math, "random").mockReturnValue(0));
    afterEach(() => void vi.restoreAllMocks());

    it.each([
      ["throttling", failure("ThrottlingException")],
      ["a fault of the server, after which it may have happened", failure("InternalServerError")],
      ["a connection that broke", failure("Error", { code: "ECONNRESET" })],
      ["a cancellation by throttling", cancelled("None", "ThrottlingError")],
      ["the same transaction still in progress", failure("TransactionInProgressException")],
    ])("is tried again as the same transaction: %s", async (_, error) => {
      dynamodb
        .reset()
        .on(TransactWriteItemsCommand)
        .rejectsOnce(error)
        .rejectsOnce(error)
        .resolves({});
      await store.transact([put("a"), put("b")]);
      expect(tokens()).toHaveLength(3);
      expect(new Set(tokens()).size).toBe(1);
    });

    it.each([
      [
        "a condition beside throttling",
        cancelled("ConditionalCheckFailed", "ThrottlingError"),
        [keyOf("a")],
      ],
      ["another transaction", cancelled("None", "TransactionConflict"), []],
      ["another transaction, by its name", failure("TransactionConflictException"), []],
    ])("is a conflict, and not tried again: %s", async (_, error, keys) => {
      dynamodb.reset().on(TransactWriteItemsCommand).rejects(error);
      await expect(store.transact([put("a"), put("b")])).rejects.toMatchObject({
        name: "Conflict",
        keys,
      });
      expect(sent()).toHaveLength(1);
    });

    it("is a conflict for a single write too", async () => {
      dynamodb.reset().on(UpdateItemCommand).rejects(failure("TransactionConflictException"));
      await expect(store.transact([put("a", 1, "any")])).rejects.toMatchObject({
        name: "Conflict",
      });
    });

    const Message = "Item size to update has exceeded the maximum allowed size";
    it.each([
      ["in a reason", cancelled("None", { Code: "ValidationError", Message })],
      ["in the error", failure("ValidationException", { message: Message })],
    ])("is too large with what DynamoDB had of the record: %s", async (_, error) => {
      dynamodb.reset().on(TransactWriteItemsCommand).rejects(error);
      await expect(store.transact([put("a"), put("b")])).rejects.toMatchObject({
        name: "TooLarge",
        what: "record",
        message: "a record is larger than DynamoDB takes (409600 bytes)",
        cause: error,
      });
    });

    it.each([
      ["another", failure("AccessDeniedException"), "refused"],
      ["a cancellation for no reason", cancelled("None", "None"), "refused"],
      ["a cancellation for another reason", cancelled({ Code: "ValidationError" }), "refused"],
      ["no answer that can be read", new SyntaxError("JSON"), "malformed"],
    ])("is refused: %s", async (_, error, reason) => {
      dynamodb.reset().on(TransactWriteItemsCommand).rejects(error);
      await expect(store.transact([put("a"), put("b")])).rejects.toMatchObject({
        name: "StoreUnavailable",
        reason,
      });
      expect(sent()).toHaveLength(1);
    });
  });

  it("has each of its calls ended when the attempt's time is over", async () => {
    dynamodb.reset().onAnyCommand().resolves({});
    dynamodb.on(BatchGetItemCommand).resolves({ Responses: { table: [] } });
    dynamodb.on(TransactGetItemsCommand).resolves({ Responses: [{}] });
    await store.transact([put("a")]);
    await store.transact([put("a", 1, "any")]);
    await store.transact([{ kind: "delete", key, expect: "any" }]);
    await store.get([key]);
    await store.snapshot([key]);
    await store.query({ ...key, limit: 1 });
    expect(sent()).toEqual(
      [
        TransactWriteItemsCommand,
        UpdateItemCommand,
        DeleteItemCommand,
        BatchGetItemCommand,
        TransactGetItemsCommand,
        QueryCommand,
      ].map((command) => expect.any(command)),
    );
    for (const { args } of dynamodb.send.getCalls())
      expect(Array.from<unknown>(args)[1]).toEqual({ abortSignal: expect.any(AbortSignal) });
  });

  it("has counters that are read beside the records", async () => {
    const item = { pk: { S: "1#user/bob" }, sk: { S: "record" }, "c:keys": { N: "2" } };
    dynamodb
      .reset()
      .on(BatchGetItemCommand)
      .resolves({ Responses: { table: [item] } });
    expect(await store.counters(key)).toEqual({ keys: 2 });
    expect(await store.countersOfAll([keyOf("other"), key])).toEqual([{}, { keys: 2 }]);
    expect(await store.get([key])).toEqual([undefined]);
    dynamodb
      .reset()
      .on(BatchGetItemCommand)
      .resolves({ Responses: { table: [] } });
    expect(await store.counters(key)).toEqual({});
  });
});
