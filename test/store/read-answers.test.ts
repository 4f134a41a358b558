import type { Key, Range } from "@portcullis/iam/store";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { countersOf, type Item, recordOf } from "../../packages/store/src/item/item.ts";
import { type BatchGetOutput, batchGet } from "../../packages/store/src/read/batch-get.ts";
import { type QueryOutput, queryRange } from "../../packages/store/src/read/query.ts";
import { readerOver } from "../../packages/store/src/read/reader-over.ts";
import { type TransactGetOutput, transactGet } from "../../packages/store/src/read/transact-get.ts";

/** What is made of DynamoDB's answers to reads. */
const key = (sort: string): Key => ({ account: "1", partition: "p", sort });
const keyItem = (sort: string) => ({ pk: { S: "1#p" }, sk: { S: sort } });
const item = (sort: string, more: Item = {}): Item => ({
  ...keyItem(sort),
  d: { S: '{"a":1}' },
  v: { N: "7" },
  ...more,
});
const table = {
  tableName: "table",
  timeouts: { deadlineMilliseconds: 10_000, attemptMilliseconds: 5_000 },
};
/** For what never ends otherwise. */
const hasty = {
  tableName: "table",
  timeouts: { deadlineMilliseconds: 40, attemptMilliseconds: 20 },
};
const throttled = Object.assign(new Error("slow"), { name: "ThrottlingException" });
const denied = Object.assign(new Error("no"), { name: "AccessDeniedException" });
beforeEach(() => void vi.spyOn(Math, "random").mockReturnValue(0));
afterEach(() => void vi.restoreAllMocks());

/** Answers or errors, one after the other. The last one stays. */
function sequence<Output>(...answers: readonly (Output | Error)[]) {
  const inputs: unknown[] = [];
  return {
    inputs,
    send: async (input: unknown): Promise<Output> => {
      const answer = answers[Math.min(inputs.length, answers.length - 1)];
      inputs.push(structuredClone(input));
      if (answer instanceof Error) throw answer;
      return answer as Output;
    },
  };
}
const unavailable = (reason: string, message: string | RegExp) =>
  expect.objectContaining({
    name: "StoreUnavailable",
    reason,
    message: typeof message === "string" ? message : expect.stringMatching(message),
  });

describe("BatchGetItem", () => {
  const names = async (keys: readonly Key[], ...answers: readonly (BatchGetOutput | Error)[]) => {
    const { send, inputs } = sequence(...answers);
    const found = await batchGet(send, table, keys);
    return { found: [...found.keys()].map((name) => name.split("\n")[1]), inputs };
  };
  const asked = (...sorts: readonly string[]) => ({
    RequestItems: { table: { Keys: sorts.map(keyItem), ConsistentRead: true } },
  });
  const left = (...sorts: readonly string[]) => ({ table: { Keys: sorts.map(keyItem) } });

  it("asks for each key once, strongly consistent, and for none not at all", async () => {
    const answer = { Responses: { table: [item("b")] } };
    expect(await names([key("a"), key("b"), key("a")], answer)).toEqual({
      found: ["b"],
      inputs: [asked("a", "b")],
    });
    expect(await names([], answer)).toEqual({ found: [], inputs: [] });
  });

  it("asks again for what was left, and for nothing else", async () => {
    const { found, inputs } = await names(
      [key("a"), key("b"), key("c")],
      { Responses: { table: [item("a")] }, UnprocessedKeys: left("b", "c") },
      throttled,
      { Responses: { table: [] }, UnprocessedKeys: left("c") },
      { Responses: { table: [item("c")] }, UnprocessedKeys: {} },
    );
    expect(found).toEqual(["a", "c"]);
    expect(inputs).toEqual([asked("a", "b", "c"), asked("b", "c"), asked("b", "c"), asked("c")]);
  });

  it("takes what stays unprocessed for no absence", async () => {
    const answer = { Responses: { table: [] }, UnprocessedKeys: left("a", "b") };
    const { send } = sequence(answer);
    await expect(batchGet(send, hasty, [key("a"), key("b")])).rejects.toMatchObject({
      name: "StoreUnavailable",
      reason: "deadline",
      message: expect.stringMatching(/^no answer within 40 ms and \d+ attempts$/),
      cause: { name: "Unprocessed", message: "2 keys were left unprocessed" },
    });
  });

  it.each([
    [{}, "an answer of BatchGetItem without Responses"],
    [{ Responses: {} }, "an answer of BatchGetItem without Responses"],
    [{ Responses: { other: [item("a")] } }, "an answer of BatchGetItem without Responses"],
    [{ Responses: { table: [item("b")] } }, "an answer with an item that was not asked for"],
    [
      { Responses: { table: [item("a"), item("b")] } },
      "an answer with an item that was not asked for",
    ],
    [denied, /^AccessDeniedException: no$/],
  ] as [BatchGetOutput | Error, string | RegExp][])("refuses %j", async (answer, message) => {
    const { send, inputs } = sequence(answer);
    const reason = answer instanceof Error ? "refused" : "malformed";
    await expect(batchGet(send, table, [key("a")])).rejects.toEqual(unavailable(reason, message));
    expect(inputs).toHaveLength(1);
  });

  it("takes 100 keys", async () => {
    const keys = (count: number) => Array.from({ length: count }, (_, at) => key(`${at}`));
    const answer = { Responses: { table: [] } };
    expect((await names(keys(100), answer)).found).toEqual([]);
    await expect(names(keys(101), answer)).rejects.toEqual(
      new TypeError("101 keys: at most 100 can be read at once"),
    );
    expect((await names([...keys(100), ...keys(100)], answer)).found).toEqual([]);
  });
});

describe("TransactGetItems", () => {
  const cancelled = (...codes: readonly string[]) =>
    Object.assign(new Error("cancelled"), {
      name: "TransactionCanceledException",
      CancellationReasons: codes.map((Code) => ({ Code })),
    });
  const invalid = Object.assign(new Error("4 MB"), { name: "ValidationException" });
  const read = async (keys: readonly Key[], ...answers: readonly (TransactGetOutput | Error)[]) => {
    const { send, inputs } = sequence(...answers);
    const found = await transactGet(send, table, keys);
    return { found: [...found.keys()].map((name) => name.split("\n")[1]), inputs };
  };

  it("asks for each key once, and has an answer for each", async () => {
    const answer = { Responses: [{ Item: item("a") }, {}] };
    expect(await read([key("a"), key("b"), key("a")], answer)).toEqual({
      found: ["a"],
      inputs: [
        {
          TransactItems: ["a", "b"].map((sort) => ({
            Get: { TableName: "table", Key: keyItem(sort) },
          })),
        },
      ],
    });
    expect(await read([], answer)).toEqual({ found: [], inputs: [] });
  });

  it.each([
    ["throttled", throttled],
    ["cancelled by a write", cancelled("None", "TransactionConflict")],
    ["cancelled by throttling", cancelled("ThrottlingError", "None")],
  ])("is tried again where it was %s", async (_, error) => {
    const answer = { Responses: [{ Item: item("a") }, {}] };
    const { inputs } = await read([key("a"), key("b")], error, error, answer);
    expect(inputs).toHaveLength(3);
    const { send } = sequence<TransactGetOutput>(error);
    await expect(transactGet(send, hasty, [key("a"), key("b")])).rejects.toEqual(
      unavailable("deadline", /^no answer within/),
    );
  });

  it.each([
    ["is invalid", invalid],
    ["has an item that is", cancelled("None", "ValidationError")],
  ])("is too large where all of it %s, and refused where that is one item", async (_, error) => {
    await expect(read([key("a"), key("b")], error)).rejects.toMatchObject({
      name: "TooLarge",
      what: "transaction",
      message: "2 items exceed 4 MB together",
      cause: error,
    });
    await expect(read([key("a")], error)).rejects.toMatchObject({ reason: "refused" });
  });

  it.each([
    [{}, "an answer of TransactGetItems without a response for each key"],
    [{ Responses: [{}] }, "an answer of TransactGetItems without a response for each key"],
    [{ Responses: [{}, {}, {}] }, "an answer of TransactGetItems without a response for each key"],
    [{ Responses: [{ Item: item("b") }, {}] }, "an answer with an item that was not asked for"],
    [{ Responses: [{}, { Item: item("a") }] }, "an answer with an item that was not asked for"],
  ])("refuses %j", async (answer, message) => {
    await expect(read([key("a"), key("b")], answer)).rejects.toEqual(
      unavailable("malformed", message),
    );
  });

  it.each([
    ["an error of the caller", denied],
    ["a cancellation without a reason that passes", cancelled("None", "None")],
  ])("is refused after %s", async (_, error) => {
    const { send, inputs } = sequence<TransactGetOutput>(error);
    await expect(transactGet(send, table, [key("a"), key("b")])).rejects.toMatchObject({
      name: "StoreUnavailable",
      reason: "refused",
    });
    expect(inputs).toHaveLength(1);
  });
});

describe("Query", () => {
  const options = { ...table, nowSeconds: () => 1_000 };
  const range = (more: Partial<Range> = {}): Range => ({
    account: "1",
    partition: "p",
    limit: 2,
    ...more,
  });
  const query = async (of: Range, ...answers: readonly (QueryOutput | Error)[]) => {
    const { send, inputs } = sequence(...answers);
    const { records, more } = await queryRange(send, options, of);
    return { sorts: records.map((record) => record.key.sort), more, inputs };
  };
  const page = (...sorts: readonly string[]) => ({ Items: sorts.map((sort) => item(sort)) });
  const base = {
    TableName: "table",
    ConsistentRead: true,
    ScanIndexForward: true,
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: { ":pk": { S: "1#p" } },
    Limit: 3,
  };

  it("asks for one more than the limit, strongly consistent", async () => {
    expect(await query(range(), page("a", "b"))).toEqual({
      sorts: ["a", "b"],
      more: false,
      inputs: [base],
    });
    expect(await query(range(), page("a", "b", "c"))).toMatchObject({
      sorts: ["a", "b"],
      more: true,
    });
    expect(await query(range(), {})).toMatchObject({ sorts: [], more: false });
  });

  it("goes on page by page until it has enough", async () => {
    const next = (sort: string) => ({ LastEvaluatedKey: keyItem(sort) });
    const { inputs, ...found } = await query(
      range(),
      { ...page("a"), ...next("a") },
      throttled,
      { Items: [], ...next("b") },
      { ...page("c", "d"), ...next("d") },
      page("never"),
    );
    expect(found).toEqual({ sorts: ["a", "c"], more: true });
    const from = (sort: string) => ({ ...base, Limit: 2, ExclusiveStartKey: keyItem(sort) });
    expect(inputs).toEqual([base, from("a"), from("a"), from("b")]);
  });

  it("knows whether there is more only from the next page, where a page has the limit", async () => {
    const full = { ...page("a", "b"), LastEvaluatedKey: keyItem("b") };
    expect(await query(range(), full, page("c"))).toMatchObject({ sorts: ["a", "b"], more: true });
    expect(await query(range(), full, page())).toMatchObject({ sorts: ["a", "b"], more: false });
  });

  it("takes a key without its parts for the end", async () => {
    for (const LastEvaluatedKey of [{}, { pk: { S: "1#p" } }, { sk: { S: "a" } }])
      expect((await query(range(), { ...page("a"), LastEvaluatedKey })).inputs).toHaveLength(1);
  });

  it("leaves out what has expired and what holds counters alone", async () => {
    const Items = [
      item("a", { t: { N: "1000" } }),
      item("b", { t: { N: "1001" } }),
      { ...keyItem("c"), "c:users": { N: "1" } },
      item("d"),
    ];
    expect(await query(range(), { Items })).toMatchObject({ sorts: ["b", "d"], more: false });
    await expect(query(range(), { Items: [{ d: { S: "1" } }] })).rejects.toEqual(
      unavailable("malformed", "the item at 1#p  is not one of ours"),
    );
  });

  const PREFIX = {
    KeyConditionExpression: "pk = :pk AND sk BETWEEN :from AND :to",
    ExpressionAttributeValues: {
      ":pk": { S: "1#p" },
      ":from": { S: "m" },
      ":to": { S: "m\u{10ffff}" },
    },
  };
  const start = (sort: string) => ({ ExclusiveStartKey: keyItem(sort) });
  it.each([
    [{ prefix: "m" }, PREFIX],
    [{ prefix: "" }, {}],
    [{ reverse: true }, { ScanIndexForward: false }],
    [{ after: "x" }, start("x")],
    [{ after: "" }, {}],
    [{ after: "", reverse: true }, undefined],
    [
      { prefix: "m", after: "m1" },
      { ...PREFIX, ...start("m1") },
    ],
    // The range is all after it, or all before it.
    [{ prefix: "m", after: "a" }, PREFIX],
    [{ prefix: "m", after: "z" }, undefined],
    [{ prefix: "m", after: "a", reverse: true }, undefined],
    [
      { prefix: "m", after: "z", reverse: true },
      { ...PREFIX, ScanIndexForward: false },
    ],
  ] as [Partial<Range>, object | undefined][])("of %j asks for %j", async (more, expected) => {
    const found = await query(range(more), page("m2"));
    expect(found.inputs).toEqual(expected === undefined ? [] : [{ ...base, ...expected }]);
    if (expected === undefined) expect(found).toMatchObject({ sorts: [], more: false });
  });

  it.each([0, -1, 1.5, Number.NaN])("takes no limit of %d", async (limit) => {
    await expect(query(range({ limit }), page())).rejects.toEqual(
      new TypeError(`a limit of ${limit}`),
    );
    expect((await query(range({ limit: 1 }), page("a"))).sorts).toEqual(["a"]);
  });

  it("is refused after an error that does not pass", async () => {
    await expect(query(range(), denied)).rejects.toEqual(
      unavailable("refused", "AccessDeniedException: no"),
    );
  });
});

describe("an item", () => {
  const read = (more: Item) => recordOf({ ...item("a"), ...more }, key("a"), 1_000);

  it("is a record until it expires", () => {
    const record = { key: key("a"), version: 7, data: { a: 1 } };
    expect(read({})).toEqual(record);
    expect(read({ t: { N: "1001" } })).toEqual(record);
    expect(read({ t: { N: "1000" } })).toBeUndefined();
    expect(recordOf({ ...keyItem("a"), "c:x": { N: "1" } }, key("a"), 1_000)).toBeUndefined();
  });

  it.each([
    ["data that is no JSON", item("a", { d: { S: "{" } })],
    ["data that is no text", item("a", { d: { N: "1" } })],
    ["no data", { ...keyItem("a"), v: { N: "7" } }],
    ["no version", { ...keyItem("a"), d: { S: "1" } }],
    ["a version that is no number", item("a", { v: { S: "7" } })],
    ["a version that is no finite number", item("a", { v: { N: "Infinity" } })],
    ["an expiry that is no number", item("a", { t: { S: "soon" } })],
  ])("is none of ours with %s", (_, broken) => {
    expect(() => recordOf(broken, key("a"), 1_000)).toThrow(
      unavailable("malformed", "the item at 1#p a is not one of ours"),
    );
  });

  it("has counters beside its record", () => {
    expect(
      countersOf(item("a", { "c:users": { N: "3" }, "c:a:b": { N: "-1" } }), key("a")),
    ).toEqual({ users: 3, "a:b": -1 });
    expect(() => countersOf(item("a", { "c:users": { S: "3" } }), key("a"))).toThrow(
      unavailable("malformed", "the item at 1#p a is not one of ours"),
    );
  });
});

describe("a reader", () => {
  it("gives records in the order of its keys, as of its clock", async () => {
    let now = 1_000;
    const reader = readerOver(
      {
        batchGet: async () => ({ Responses: { table: [item("b", { t: { N: "1001" } })] } }),
        transactGet: async () => ({ Responses: [{}, { Item: item("b", { t: { N: "1001" } }) }] }),
      },
      { tableName: "table", nowSeconds: () => now },
    );
    const record = { key: key("b"), version: 7, data: { a: 1 } };
    const keys = [key("a"), key("b")];
    expect(await reader.get(keys)).toEqual([undefined, record]);
    expect(await reader.snapshot(keys)).toEqual([undefined, record]);
    now = 1_001;
    expect(await reader.get(keys)).toEqual([undefined, undefined]);
    expect(await reader.snapshot(keys)).toEqual([undefined, undefined]);
  });

  it("has the process's clock where it is given none", async () => {
    const ends = (seconds: number) => item("a", { t: { N: String(seconds) } });
    const seconds = Math.floor(Date.now() / 1000);
    const found = async (at: number) => {
      const reader = readerOver(
        {
          batchGet: async () => ({ Responses: { table: [ends(at)] } }),
          transactGet: async () => ({}),
        },
        { tableName: "table" },
      );
      return (await reader.get([key("a")]))[0] !== undefined;
    };
    expect([await found(seconds - 1), await found(seconds + 60)]).toEqual([false, true]);
  });
});
