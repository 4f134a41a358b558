import { randomUUID } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Key, Reader, Store } from "@portcullis/iam/store";
import { dynamoStore, slimStoreCalls, storeOver } from "@portcullis/store";
import { dynamoReader, type Timeouts } from "@portcullis/store/reader";
import { slimReader } from "@portcullis/store/slim-reader";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { CREDENTIALS, type TestTable, testTable } from "../support/engine.ts";
import { type Fault, faultyProxy } from "../support/faulty-proxy.ts";
import { expectUnavailable } from "./contract/records.ts";

const timeouts = { deadlineMilliseconds: 15_000, attemptMilliseconds: 500 };
const hastily = { deadlineMilliseconds: 250, attemptMilliseconds: 100 };

let table: TestTable;
let proxy: Awaited<ReturnType<typeof faultyProxy>>;
let store: Store;
let slimStore: Store;
const readers: { [name: string]: { readonly patient: Reader; readonly hasty: Reader } } = {};

beforeAll(async () => {
  table = await testTable();
  proxy = await faultyProxy(table.endpoint);
  const { tableName } = table;
  const { endpoint } = proxy;
  const client = new DynamoDBClient({ endpoint, region: "us-east-1", credentials: CREDENTIALS });
  const calls = slimStoreCalls({ endpoint, region: "us-east-1", credentials: () => CREDENTIALS });
  store = dynamoStore({ client, tableName, readTimeouts: timeouts, writeTimeouts: timeouts });
  slimStore = storeOver(calls, { tableName, readTimeouts: timeouts });
  const sdk = (timeouts: Timeouts) => dynamoReader({ client, tableName, timeouts });
  const slim = (timeouts: Timeouts) =>
    slimReader({
      endpoint,
      region: "us-east-1",
      tableName,
      credentials: () => CREDENTIALS,
      timeouts,
    });
  readers.sdk = { patient: sdk(timeouts), hasty: sdk(hastily) };
  readers.slim = { patient: slim(timeouts), hasty: slim(hastily) };
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

describe.each(["sdk", "slim"])("%s reader", (name) => {
  const reader = (timeouts: "patient" | "hasty" = "patient"): Reader => {
    const found = readers[name]?.[timeouts];
    if (!found) throw new Error(`no reader ${name}`);
    return found;
  };
  const key = newKey();
  beforeAll(async () => {
    proxy.plan.length = 0;
    await store.transact([{ kind: "put", key, data: "x".repeat(1_000), expect: "any" }]);
  });
  const error = (type: string) =>
    JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: "no" });

  const passing: [what: string, fault: Fault][] = [
    ["a connection that breaks", lost],
    ["a connection that says nothing", { kind: "hang" }],
    ["an answer that breaks off", { kind: "cut", afterBytes: 500 }],
    [
      "throttling",
      { kind: "answer", status: 400, body: error("ProvisionedThroughputExceededException") },
    ],
    [
      "throttling of the account",
      { kind: "answer", status: 400, body: error("RequestLimitExceeded") },
    ],
    ["a server's fault", { kind: "answer", status: 500, body: error("InternalServerError") }],
    [
      "a load balancer's answer",
      { kind: "answer", status: 503, body: "<html>Service Unavailable</html>" },
    ],
  ];
  test.each(passing)("gets over %s", async (_, fault) => {
    proxy.plan.push(fault);
    expect((await reader().get([key]))[0]?.data).toHaveLength(1_000);
    expect(proxy.requests.length).toBeGreaterThan(1);
    proxy.plan.push(fault);
    expect((await reader().snapshot([key]))[0]?.data).toHaveLength(1_000);
  });

  test.each(passing)("gives up in time on %s without end", async (_, fault) => {
    proxy.plan.push(...Array.from({ length: 500 }, () => fault));
    const start = performance.now();
    await expectUnavailable(reader("hasty").get([key]), "deadline");
    expect(performance.now() - start).toBeLessThan(hastily.deadlineMilliseconds + 2_000);
    proxy.plan.length = 0;
    // After the fault ends, the next request works.
    expect((await reader().get([key]))[0]?.data).toHaveLength(1_000);
  });

  test.each([
    ["AccessDeniedException", 400],
    ["ResourceNotFoundException", 400],
    ["UnrecognizedClientException", 400],
    ["ValidationException", 400],
  ])("does not ask again after %s", async (type, status) => {
    proxy.plan.push({ kind: "answer", status, body: error(type) });
    await expectUnavailable(reader().get([key]), "refused");
    expect(proxy.requests).toHaveLength(1);
  });

  test.each([
    '{"Responses":{',
    "",
    "null",
    "[]",
    "{}",
    '{"Responses":[]}',
    '{"Responses":{"t":[{"pk":1}]}}',
    "OK",
    "<html>",
  ])("never takes %j for an answer", async (body) => {
    for (const read of [() => reader().get([key]), () => reader().snapshot([key])]) {
      proxy.plan.push({ kind: "answer", status: 200, body });
      await expectUnavailable(read(), "malformed");
    }
  });

  test("gets over a snapshot that a transaction was in the way of", async () => {
    const type = "com.amazonaws.dynamodb.v20120810#TransactionCanceledException";
    const body = JSON.stringify({
      __type: type,
      Message: "cancelled",
      CancellationReasons: [{ Code: "TransactionConflict" }],
    });
    proxy.plan.push({ kind: "answer", status: 400, body });
    expect((await reader().snapshot([key]))[0]?.data).toHaveLength(1_000);
    expect(proxy.requests.length).toBeGreaterThan(1);
  });

  test("asks again for what was left unprocessed", async () => {
    const item = { pk: { S: `${key.account}#thing` }, sk: { S: "record" } };
    const body = JSON.stringify({
      Responses: { [table.tableName]: [] },
      UnprocessedKeys: { [table.tableName]: { Keys: [item], ConsistentRead: true } },
    });
    proxy.plan.push({ kind: "answer", status: 200, body });
    expect((await reader().get([key]))[0]?.data).toHaveLength(1_000);
    expect(proxy.requests.length).toBeGreaterThan(1);
  });

  test("asks once for all keys, and keeps its connection", async () => {
    const keys = Array.from({ length: 100 }, newKey);
    await reader().get(keys);
    await reader().get(keys);
    expect(proxy.requests.map((request) => request.target)).toEqual(
      Array(2).fill("DynamoDB_20120810.BatchGetItem"),
    );
    for (const { body } of proxy.requests) expect(body).toContain('"ConsistentRead":true');
  });
});

describe("a query without the SDK", () => {
  const { sort: _, ...range } = newKey();
  beforeAll(async () => {
    await store.transact([
      { kind: "put", key: { ...range, sort: "a" }, data: 1, expect: "absent" },
    ]);
  });

  test.each<[what: string, fault: Fault]>([
    ["a connection that breaks", lost],
    ["a connection that says nothing", { kind: "hang" }],
    ["an answer that breaks off", { kind: "cut", afterBytes: 50 }],
    [
      "a load balancer's answer",
      { kind: "answer", status: 503, body: "<html>Service Unavailable</html>" },
    ],
  ])("gets over %s", async (_, fault) => {
    proxy.plan.push(fault);
    expect((await slimStore.query({ ...range, limit: 5 })).records).toMatchObject([{ data: 1 }]);
    expect(proxy.requests.length).toBeGreaterThan(1);
  });

  test.each([
    "null",
    "{}",
    '{"Items":{}}',
    '{"Items":[1]}',
    '{"Items":[],"LastEvaluatedKey":1}',
    "<html>",
  ])("never takes %j for an answer", async (body) => {
    proxy.plan.push({ kind: "answer", status: 200, body });
    await expectUnavailable(slimStore.query({ ...range, limit: 5 }), "malformed");
  });
});

test("no server: reported within the deadline", async () => {
  const reader = slimReader({
    endpoint: "http://127.0.0.1:1",
    region: "us-east-1",
    tableName: "t",
    credentials: () => CREDENTIALS,
    timeouts: hastily,
  });
  await expectUnavailable(reader.get([newKey()]), "deadline");
});
