import { randomUUID } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { Conflict, type Key, QuotaReached, type Store, type Write } from "@portcullis/iam/store";
import {
  dynamoStore,
  type StoreOptions,
  slimStoreCalls,
  storeOver,
  TooLarge,
} from "@portcullis/store";
import type { Timeouts } from "@portcullis/store/reader";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { CREDENTIALS, type TestTable, testTable } from "../support/engine.ts";
import { type Fault, faultyProxy } from "../support/faulty-proxy.ts";
import { expectUnavailable } from "./contract/records.ts";

const timeouts = { deadlineMilliseconds: 15_000, attemptMilliseconds: 500 };
const hastily = { deadlineMilliseconds: 250, attemptMilliseconds: 100 };

let table: TestTable;
let proxy: Awaited<ReturnType<typeof faultyProxy>>;
const stores: { [name: string]: { readonly patient: Store; readonly hasty: Store } } = {};
/** Reads what was written, without faults. */
let store: Store;

beforeAll(async () => {
  table = await testTable();
  proxy = await faultyProxy(table.endpoint);
  const { tableName } = table;
  const { endpoint } = proxy;
  const client = new DynamoDBClient({ endpoint, region: "us-east-1", credentials: CREDENTIALS });
  const calls = slimStoreCalls({ endpoint, region: "us-east-1", credentials: () => CREDENTIALS });
  const both = (open: (options: StoreOptions) => Store) => {
    const of = (timeouts: Timeouts) =>
      open({ tableName, readTimeouts: timeouts, writeTimeouts: timeouts });
    return { patient: of(timeouts), hasty: of(hastily) };
  };
  stores.sdk = both((options) => dynamoStore({ client, ...options }));
  stores.slim = both((options) => storeOver(calls, options));
  store = dynamoStore({ client: table.client(), tableName });
});
afterAll(async () => {
  proxy.stop();
  await table.stop();
});
beforeEach(() => {
  proxy.plan.length = 0;
  proxy.requests.length = 0;
});

const newKey = (): Key => ({
  account: randomUUID().slice(0, 12),
  partition: "thing",
  sort: "record",
});
const lost: Fault = { kind: "lose answer" };

const storeNamed = (name: string) => {
  const found = stores[name];
  if (!found) throw new Error(`no store ${name}`);
  return found;
};

describe.each(["sdk", "slim"])("%s: a write whose answer is lost", (name) => {
  const patient = () => storeNamed(name).patient;

  test("is made once: a record is made, not refused for being there", async () => {
    const key = newKey();
    proxy.plan.push(lost);
    await patient().transact([{ kind: "put", key, data: "made", expect: "absent" }]);
    expect((await store.get([key]))[0]?.data).toBe("made");
    const writes = proxy.requests.filter((request) =>
      request.target.endsWith("TransactWriteItems"),
    );
    expect(writes.length).toBeGreaterThan(1);
    // DynamoDB takes it for the same transaction only if token and parameters are the same.
    const [first, ...others] = writes.map(({ body }) => JSON.parse(body));
    expect(first.ClientRequestToken).toMatch(/^[\w-]{36}$/);
    for (const other of others) expect(other).toEqual(first);
  });

  test("is made once: a version moves by one", async () => {
    const key = newKey();
    await patient().transact([{ kind: "put", key, data: 1, expect: "absent" }]);
    const before = (await store.get([key]))[0]?.version ?? 0;
    proxy.plan.push(lost, { kind: "cut", afterBytes: 1 });
    await patient().transact([{ kind: "put", key, data: 2, expect: before }]);
    expect((await store.get([key]))[0]).toMatchObject({ data: 2, version: before + 1 });
  });

  test("is made once: a counter moves by one", async () => {
    const key = newKey();
    proxy.plan.push(lost, lost);
    await patient().transact([{ kind: "count", key, counter: "c", by: 1, atMost: 1 }]);
    expect(await store.counters(key)).toEqual({ c: 1 });
  });

  test("and never comes: reported as unknown, neither done nor refused", async () => {
    proxy.plan.push(...Array.from({ length: 200 }, () => lost));
    await expectUnavailable(
      storeNamed(name).hasty.transact([{ kind: "put", key: newKey(), data: 1, expect: "absent" }]),
      "deadline",
    );
  });

  test.each<[what: string, write: (key: Key) => Write, data: unknown]>([
    ["an update", (key) => ({ kind: "put", key, data: 2, expect: "any" }), 2],
    ["a deletion", (key) => ({ kind: "delete", key, expect: "any" }), undefined],
  ])("%s without a condition is sent again", async (_, write, data) => {
    const key = newKey();
    await patient().transact([{ kind: "put", key, data: 1, expect: "absent" }]);
    proxy.plan.push(lost);
    await patient().transact([write(key)]);
    expect((await store.get([key]))[0]?.data).toEqual(data);
  });
});

describe.each(["sdk", "slim"])("%s: the answer to a write", (name) => {
  const [key, other] = [newKey(), newKey()];
  const writes: readonly Write[] = [
    { kind: "put", key, data: 1, expect: "any" },
    { kind: "count", key: other, counter: "c", by: 1, atMost: 1 },
  ];
  const transact = () => storeNamed(name).patient.transact(writes);
  const refusal = (type: string, rest: object = {}): Fault => ({
    kind: "answer",
    status: 400,
    body: JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, ...rest }),
  });
  const cancelled = (...reasons: readonly { Code: string; Message?: string }[]): Fault =>
    refusal("TransactionCanceledException", {
      Message: "cancelled",
      CancellationReasons: reasons,
    });
  const None = { Code: "None" };
  const failed = { Code: "ConditionalCheckFailed", Message: "The conditional request failed" };

  test("a condition that does not hold is a conflict of that record", async () => {
    proxy.plan.push(cancelled(failed, None));
    const error = await transact().catch((error: unknown) => error);
    expect(error).toBeInstanceOf(Conflict);
    expect(error).toMatchObject({ keys: [key] });
    expect(proxy.requests).toHaveLength(1);
  });

  test("a counter at its limit is a quota", async () => {
    proxy.plan.push(cancelled(None, failed));
    const error = await transact().catch((error: unknown) => error);
    expect(error).toBeInstanceOf(QuotaReached);
    expect(error).toMatchObject({ key: other, counter: "c", atMost: 1 });
  });

  test("another transaction in progress is a conflict of no record", async () => {
    proxy.plan.push(cancelled({ Code: "TransactionConflict" }, None));
    const error = await transact().catch((error: unknown) => error);
    expect(error).toBeInstanceOf(Conflict);
    expect(error).toMatchObject({ keys: [] });
  });

  test("an item that is too large is no fault of the server", async () => {
    const Message = "Item size to update has exceeded the maximum allowed size";
    proxy.plan.push(cancelled({ Code: "ValidationError", Message }, None));
    await expect(transact()).rejects.toBeInstanceOf(TooLarge);
  });

  test.each([
    ["throttling of an item", cancelled({ Code: "ThrottlingError" }, None)],
    ["throttling", refusal("ThrottlingException")],
    ["an earlier attempt in progress", refusal("TransactionInProgressException")],
    ["a server's fault", { kind: "answer", status: 500, body: "" } satisfies Fault],
  ])("%s is asked again, as the same transaction", async (_, fault) => {
    proxy.plan.push(fault, { kind: "answer", status: 200, body: "{}" });
    await transact();
    const tokens = proxy.requests.map(({ body }) => JSON.parse(body).ClientRequestToken);
    expect(tokens).toHaveLength(2);
    expect(new Set(tokens).size).toBe(1);
  });

  test.each([
    "AccessDeniedException",
    "ResourceNotFoundException",
    "IdempotentParameterMismatchException",
    "ValidationException",
  ])("does not ask again after %s", async (type) => {
    proxy.plan.push(refusal(type, { message: "no" }));
    await expectUnavailable(transact(), "refused");
    expect(proxy.requests).toHaveLength(1);
  });

  test.each(["<html>", "OK", '{"a'])("never takes %j for success", async (body) => {
    proxy.plan.push({ kind: "answer", status: 200, body });
    await expectUnavailable(transact(), "malformed");
  });
});
