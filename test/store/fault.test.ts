import {
  BatchGetItemCommand,
  DynamoDBClient,
  DynamoDBServiceException,
  QueryCommand,
  TransactGetItemsCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { Conflict, QuotaReached, type Store, type Write } from "@portcullis/iam/store";
import { dynamoStore } from "@portcullis/store";
import { mockClient } from "aws-sdk-client-mock";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CREDENTIALS } from "../support/engine.ts";
import { expectUnavailable } from "./contract/records.ts";

const client = new DynamoDBClient({
  region: "us-east-1",
  credentials: CREDENTIALS,
  maxAttempts: 1,
});
const hastily = { deadlineMilliseconds: 120, attemptMilliseconds: 50 };
const hasty = dynamoStore({
  client,
  tableName: "table",
  readTimeouts: hastily,
  writeTimeouts: hastily,
});
const store = dynamoStore({ client, tableName: "table" });
const dynamodb = mockClient(client);

const key = { account: "100000000000", partition: "user/bob", sort: "record" };
const otherKey = { ...key, sort: "other" };
const item = {
  pk: { S: "100000000000#user/bob" },
  sk: { S: "record" },
  d: { S: '{"a":1}' },
  v: { N: "7" },
};
const otherItem = { ...item, sk: { S: "other" } };
const read = { key, version: 7, data: { a: 1 } };
const write: Write = { kind: "put", key, data: 1, expect: "absent" };
const count: Write = { kind: "count", key: otherKey, counter: "c", by: 1, atMost: 5 };

const failure = (name: string, httpStatusCode = 400) =>
  new DynamoDBServiceException({
    name,
    message: name,
    $fault: httpStatusCode < 500 ? "client" : "server",
    $metadata: { httpStatusCode },
  });
const network = (code: string) => Object.assign(new Error(code), { code });
const cancelled = (...codes: string[]) =>
  new TransactionCanceledException({
    message: "cancelled",
    $metadata: { httpStatusCode: 400 },
    CancellationReasons: codes.map((Code) => ({ Code })),
  });

const TRANSIENT = [
  failure("ProvisionedThroughputExceededException"),
  failure("ThrottlingException"),
  failure("RequestLimitExceeded"),
  failure("InternalServerError", 500),
  failure("UnknownError", 503),
  network("ECONNRESET"),
  network("ECONNREFUSED"),
  network("EPIPE"),
];
const HOPELESS = [
  failure("ResourceNotFoundException"),
  failure("AccessDeniedException"),
  failure("ValidationException"),
  new Error("what?"),
];

beforeEach(() => dynamodb.reset());
afterEach(() => dynamodb.reset());

describe.each([
  [
    "get",
    BatchGetItemCommand,
    (by: Store) => by.get([key]),
    { Responses: { table: [item] } },
    [read],
  ],
  [
    "snapshot",
    TransactGetItemsCommand,
    (by: Store) => by.snapshot([key]),
    { Responses: [{ Item: item }] },
    [read],
  ],
  [
    "query",
    QueryCommand,
    (by: Store) => by.query({ ...key, limit: 5 }),
    { Items: [item] },
    { records: [read], more: false },
  ],
  [
    "counters",
    BatchGetItemCommand,
    (by: Store) => by.counters(key),
    { Responses: { table: [item] } },
    {},
  ],
] as const)("%s", (name, command, call, answer, expected) => {
  // The four commands have nothing in common that the mock's types would see.
  const mocked = () => dynamodb.on(command as typeof BatchGetItemCommand);

  test.each(TRANSIENT)("tries again after $message", async (error) => {
    mocked()
      .rejectsOnce(error)
      .rejectsOnce(error)
      .resolves(answer as object);
    expect(await call(store)).toEqual(expected);
    expect(dynamodb.calls()).toHaveLength(3);
  });

  test.each(TRANSIENT)("gives up at its deadline on $message", async (error) => {
    mocked().rejects(error);
    const start = performance.now();
    await expectUnavailable(call(hasty), "deadline");
    expect(performance.now() - start).toBeLessThan(hastily.deadlineMilliseconds + 1_000);
    expect(dynamodb.calls().length).toBeGreaterThan(1);
  });

  test.each(HOPELESS)("does not try again after $message", async (error) => {
    mocked().rejects(error);
    await expectUnavailable(call(store), "refused");
    expect(dynamodb.calls()).toHaveLength(1);
  });

  test("asks an attempt without an answer to end, tries again, and gives up at its deadline", async () => {
    mocked().callsFake(() => new Promise(() => {}));
    const start = performance.now();
    await expectUnavailable(call(hasty), "deadline");
    expect(performance.now() - start).toBeLessThan(hastily.deadlineMilliseconds + 1_000);
    const options = dynamodb.send.getCalls().map((sent) => Array.from<unknown>(sent.args)[1]);
    expect(options.length).toBeGreaterThanOrEqual(2);
    for (const option of options) expect(option).toMatchObject({ abortSignal: { aborted: true } });
  });

  test("calls an answer malformed that holds something else than our records", async () => {
    const damaged = [
      { ...item, d: { S: '{"a":' } },
      { ...item, d: { N: "1" } },
      { ...item, v: { S: "x" } },
      { pk: item.pk, sk: item.sk, d: item.d },
      { pk: item.pk, sk: item.sk, v: item.v },
      { ...item, t: { S: "soon" } },
      { ...item, "c:users": { S: "many" } },
    ];
    for (const broken of damaged) {
      mocked().resolves(
        JSON.parse(JSON.stringify(answer).replaceAll(JSON.stringify(item), JSON.stringify(broken))),
      );
      // Reading records does not look at counters, nor the other way round.
      const readable = "c:users" in broken !== (name === "counters");
      if (readable) expect(await call(store)).toEqual(expected);
      else await expectUnavailable(call(store), "malformed");
    }
  });
});

describe("an answer of BatchGetItem", () => {
  const batch = () => dynamodb.on(BatchGetItemCommand);

  test("with unprocessed keys: only these are requested again", async () => {
    batch()
      .resolvesOnce({
        Responses: { table: [item] },
        UnprocessedKeys: { table: { Keys: [keyOf(otherItem)] } },
      })
      .resolvesOnce({
        Responses: { table: [] },
        UnprocessedKeys: { table: { Keys: [keyOf(otherItem)] } },
      })
      .resolves({ Responses: { table: [otherItem] } });
    expect((await store.get([key, otherKey])).map((record) => record?.key)).toEqual([
      key,
      otherKey,
    ]);
    const requested = dynamodb
      .commandCalls(BatchGetItemCommand)
      .map((call) => call.args[0].input.RequestItems?.table?.Keys?.length);
    expect(requested).toEqual([2, 1, 1]);
  });

  test("with keys that stay unprocessed: never taken for absent", async () => {
    batch()
      .resolvesOnce({
        Responses: { table: [item] },
        UnprocessedKeys: { table: { Keys: [keyOf(otherItem)] } },
      })
      .resolves({
        Responses: { table: [] },
        UnprocessedKeys: { table: { Keys: [keyOf(otherItem)] } },
      });
    await expectUnavailable(hasty.get([key, otherKey]), "deadline");
  });

  test.each([
    {},
    { Responses: {} },
    { Responses: { other: [item] } },
    { Responses: { table: [otherItem] } },
  ])("with an unexpected answer (%j): never taken for absent", async (answer) => {
    batch().resolves(answer);
    await expectUnavailable(store.get([key]), "malformed");
  });

  test("is strongly consistent and has each key once", async () => {
    batch().resolves({ Responses: { table: [item] } });
    await store.get([key, { ...key }, key]);
    expect(dynamodb.commandCalls(BatchGetItemCommand).map((call) => call.args[0].input)).toEqual([
      { RequestItems: { table: { Keys: [keyOf(item)], ConsistentRead: true } } },
    ]);
  });
});

test("a range is read strongly consistent, page by page", async () => {
  dynamodb
    .on(QueryCommand)
    .resolvesOnce({ Items: [], LastEvaluatedKey: keyOf(item) })
    .resolves({ Items: [otherItem] });
  expect(await store.query({ ...key, limit: 5 })).toMatchObject({
    records: [{ key: otherKey }],
    more: false,
  });
  const inputs = dynamodb.commandCalls(QueryCommand).map((call) => call.args[0].input);
  expect(inputs).toMatchObject([
    { ConsistentRead: true },
    { ConsistentRead: true, ExclusiveStartKey: keyOf(item) },
  ]);
});

describe("an answer of TransactGetItems", () => {
  const snapshot = () => dynamodb.on(TransactGetItemsCommand);

  test("with another transaction in progress: retried", async () => {
    snapshot()
      .rejectsOnce(cancelled("None", "TransactionConflict"))
      .resolves({ Responses: [{ Item: item }, {}] });
    expect(await store.snapshot([key, otherKey])).toEqual([read, undefined]);
  });

  test.each([
    ["a ValidationException", failure("ValidationException")],
    ["a cancellation", cancelled("None", "ValidationError")],
  ])("that would exceed 4 MB: fewer keys may be read (%s)", async (_, error) => {
    snapshot().rejects(error);
    await expect(store.snapshot([key, otherKey])).rejects.toMatchObject({
      name: "TooLarge",
      what: "transaction",
      message: "2 items exceed 4 MB together",
    });
    await expectUnavailable(store.snapshot([key]), "refused");
  });

  test.each([{}, { Responses: [] }, { Responses: [{ Item: otherItem }] }])(
    "with an unexpected answer (%j): never taken for absent",
    async (answer) => {
      snapshot().resolves(answer);
      await expectUnavailable(store.snapshot([key]), "malformed");
    },
  );
});

describe("transact", () => {
  const transact = () => dynamodb.on(TransactWriteItemsCommand);
  const tokens = () =>
    dynamodb
      .commandCalls(TransactWriteItemsCommand)
      .map((call) => call.args[0].input.ClientRequestToken);

  test.each([
    ...TRANSIENT,
    failure("TransactionInProgressException"),
    cancelled("ThrottlingError"),
    cancelled("None", "ProvisionedThroughputExceeded"),
  ])("tries again after $message, as the same transaction", async (error) => {
    transact().rejectsOnce(error).rejectsOnce(error).resolves({});
    await store.transact([write, count]);
    expect(tokens()).toHaveLength(3);
    expect(new Set(tokens())).toEqual(new Set([expect.stringMatching(/^.{36}$/)]));
  });

  test("two transactions that say the same are two", async () => {
    transact().resolves({});
    await store.transact([write]);
    await store.transact([write]);
    expect(new Set(tokens()).size).toBe(2);
  });

  test.each([...TRANSIENT, cancelled("ThrottlingError")])(
    "gives up at its deadline on $message",
    async (error) => {
      transact().rejects(error);
      await expectUnavailable(hasty.transact([write]), "deadline");
    },
  );

  test("gives up at its deadline when nothing is answered", async () => {
    transact().callsFake(() => new Promise(() => {}));
    await expectUnavailable(hasty.transact([write]), "deadline");
  });

  test.each([
    ...HOPELESS,
    failure("IdempotentParameterMismatchException"),
    cancelled("ValidationError"),
    cancelled("None"),
  ])("does not try again after $message", async (error) => {
    transact().rejects(error);
    await expectUnavailable(store.transact([write]), "refused");
    expect(dynamodb.calls()).toHaveLength(1);
  });

  const outcomes: [codes: string[], expected: object][] = [
    [["ConditionalCheckFailed", "None"], { name: "Conflict", keys: [key] }],
    [
      ["None", "ConditionalCheckFailed"],
      { name: "QuotaReached", key: otherKey, counter: "c", atMost: 5 },
    ],
    [["ConditionalCheckFailed", "ConditionalCheckFailed"], { name: "Conflict", keys: [key] }],
    [["TransactionConflict", "None"], { name: "Conflict", keys: [] }],
    [["TransactionConflict", "ConditionalCheckFailed"], { name: "QuotaReached" }],
    [["ThrottlingError", "ConditionalCheckFailed"], { name: "QuotaReached" }],
    [["ConditionalCheckFailed", "TransactionConflict"], { name: "Conflict", keys: [key] }],
  ];
  test.each(outcomes)("a cancellation for %j", async (codes, expected) => {
    transact().rejects(cancelled(...codes));
    await expect(store.transact([write, count])).rejects.toMatchObject(expected);
    expect(dynamodb.calls()).toHaveLength(1);
  });

  test("a record that became too large with what DynamoDB had of it", async () => {
    const message = "Item size to update has exceeded the maximum allowed size";
    transact().rejects(
      new TransactionCanceledException({
        message: "cancelled",
        $metadata: {},
        CancellationReasons: [{ Code: "ValidationError", Message: message }],
      }),
    );
    await expect(store.transact([write])).rejects.toMatchObject({
      name: "TooLarge",
      what: "record",
    });
    transact().rejects(
      Object.assign(failure("ValidationException"), {
        message: "Item size has exceeded the maximum allowed size",
      }),
    );
    await expect(store.transact([write])).rejects.toMatchObject({
      name: "TooLarge",
      what: "record",
    });
  });

  test("of a single write without a condition another transaction may be in the way, too", async () => {
    dynamodb.on(UpdateItemCommand).rejects(failure("TransactionConflictException"));
    const outcome = store.transact([{ ...write, expect: "any" }]);
    await expect(outcome).rejects.toBeInstanceOf(Conflict);
    await expect(outcome).rejects.not.toBeInstanceOf(QuotaReached);
  });
});

function keyOf({ pk, sk }: typeof item) {
  return { pk, sk };
}
