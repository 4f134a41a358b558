import type { Key } from "@portcullis/iam/store";
import { expect, test } from "vitest";
import type { BatchGetInput, BatchGetOutput } from "../../packages/store/src/read/batch-get.ts";
import { readerOver } from "../../packages/store/src/read/reader-over.ts";
import { sharedBatchGet } from "../../packages/store/src/read/shared-batch-get.ts";

const tableName = "identities";
const key = (name: string): Key => ({ account: "111111111111", partition: name, sort: "record" });
const namesOf = ({ RequestItems }: BatchGetInput) =>
  RequestItems[tableName]!.Keys.map(({ pk }) => String(pk?.S).split("#")[1]);

/** A table that has every record, whose data is its key's partition. */
function answerTo(input: BatchGetInput, unprocessed: readonly string[] = []): BatchGetOutput {
  const { Keys } = input.RequestItems[tableName]!;
  const isLeft = (item: (typeof Keys)[number]) =>
    unprocessed.some((name) => item.pk?.S?.endsWith(`#${name}`));
  return {
    Responses: {
      [tableName]: Keys.filter((item) => !isLeft(item)).map((item) => ({
        ...item,
        d: { S: JSON.stringify(item.pk?.S?.split("#")[1]) },
        v: { N: "1" },
      })),
    },
    UnprocessedKeys: { [tableName]: { Keys: Keys.filter(isLeft) } },
  };
}

/** A reader over shared calls, the calls that were sent, and what each of them answers. */
function shared(
  answer: (input: BatchGetInput, signal: AbortSignal) => Promise<BatchGetOutput>,
  atOnce = 50,
) {
  const calls: (readonly (string | undefined)[])[] = [];
  const reader = readerOver(
    {
      batchGet: sharedBatchGet(
        (input, signal) => {
          calls.push(namesOf(input));
          return answer(input, signal);
        },
        { tableName, atOnce },
      ),
      transactGet: () => Promise.reject(new Error("no snapshot is read")),
    },
    { tableName, timeouts: { deadlineMilliseconds: 400, attemptMilliseconds: 150 } },
  );
  const get = async (...names: readonly string[]) =>
    (await reader.get(names.map(key))).map((record) => record?.data);
  return { calls, get };
}

test("reads of one turn are one call, in which each key is once, and each gets its own", async () => {
  const { calls, get } = shared(async (input) => answerTo(input));
  expect(await Promise.all([get("ana", "account"), get("bob", "account"), get("ana")])).toEqual([
    ["ana", "account"],
    ["bob", "account"],
    ["ana"],
  ]);
  expect(calls).toEqual([["ana", "account", "bob"]]);
  expect(await get("zoe")).toEqual(["zoe"]);
  expect(calls).toHaveLength(2);
});

test("a call has 100 keys at most", async () => {
  const { calls, get } = shared(async (input) => answerTo(input));
  const many = (prefix: string, count: number) =>
    Array.from({ length: count }, (_, at) => `${prefix}${at}`);
  const found = await Promise.all([get(...many("a", 60)), get(...many("b", 60)), get("c")]);
  expect(found).toEqual([many("a", 60), many("b", 60), ["c"]]);
  expect(calls.map(({ length }) => length)).toEqual([60, 61]);
});

test("reads that begin while enough calls are under way share the next one", async () => {
  const ends: (() => void)[] = [];
  const { calls, get } = shared(
    (input) => new Promise((resolve) => ends.push(() => resolve(answerTo(input)))),
    1,
  );
  const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  const first = get("ana");
  await turn();
  const second = get("bob");
  await turn();
  const third = get("cara");
  await turn();
  expect(calls).toEqual([["ana"]]);
  ends.shift()?.();
  expect(await first).toEqual(["ana"]);
  await turn();
  expect(calls).toEqual([["ana"], ["bob", "cara"]]);
  ends.shift()?.();
  expect(await Promise.all([second, third])).toEqual([["bob"], ["cara"]]);
});

test("keys that are throttled do not keep others waiting, and are asked for again", async () => {
  let left = 2;
  const { calls, get } = shared(async (input) =>
    answerTo(input, namesOf(input).includes("hot") && left-- > 0 ? ["hot"] : []),
  );
  let isHotRead = false;
  const hot = get("hot", "account").then((found) => {
    isHotRead = true;
    return found;
  });
  expect(await get("ana", "account")).toEqual(["ana", "account"]);
  expect(isHotRead).toBe(false);
  expect(await hot).toEqual(["hot", "account"]);
  expect(calls).toEqual([["hot", "account", "ana"], ["hot"], ["hot"]]);
});

test("a call that is refused is made for each caller, so that the keys of one deny no other", async () => {
  const { get } = shared(async (input) => {
    if (namesOf(input).includes("bad"))
      throw Object.assign(new Error("a key is not valid"), { name: "ValidationException" });
    return answerTo(input);
  });
  const [bad, ana] = await Promise.allSettled([get("bad"), get("ana")]);
  expect(ana).toEqual({ status: "fulfilled", value: ["ana"] });
  expect(bad).toMatchObject({ status: "rejected", reason: { reason: "refused" } });
});

test("a broken connection is tried again, together", async () => {
  let broken = true;
  const { calls, get } = shared(async (input) => {
    if (broken) {
      broken = false;
      throw Object.assign(new Error("reset"), { code: "ECONNRESET" });
    }
    return answerTo(input);
  });
  expect(await Promise.all([get("ana"), get("bob")])).toEqual([["ana"], ["bob"]]);
  expect(calls.flat().sort()).toEqual(["ana", "ana", "bob", "bob"]);
});

test.each([
  ["has an item that nobody asked for", (input: BatchGetInput) => answerTo(withKey(input))],
  ["has no items", () => ({})],
])("an answer that %s is nobody's", async (_, answer) => {
  const { calls, get } = shared(async (input) => answer(input));
  const outcomes = await Promise.allSettled([get("ana"), get("bob")]);
  for (const outcome of outcomes)
    expect(outcome).toMatchObject({ status: "rejected", reason: { reason: "malformed" } });
  expect(calls).toHaveLength(1);
});

const withKey = ({ RequestItems }: BatchGetInput): BatchGetInput => ({
  RequestItems: {
    [tableName]: {
      Keys: [
        ...RequestItems[tableName]!.Keys,
        { pk: { S: "111111111111#mallory" }, sk: { S: "record" } },
      ],
      ConsistentRead: true,
    },
  },
});

test("a call ends when nobody waits for it any more, and not before", async () => {
  const aborted: string[] = [];
  const { calls, get } = shared(
    (input, signal) =>
      new Promise((_, reject) => {
        signal.addEventListener("abort", () => {
          aborted.push(namesOf(input).join());
          reject(signal.reason);
        });
      }),
    1,
  );
  const started = performance.now();
  const outcomes = await Promise.allSettled([get("ana"), get("bob")]);
  for (const outcome of outcomes)
    expect(outcome).toMatchObject({ status: "rejected", reason: { reason: "deadline" } });
  expect(performance.now() - started).toBeLessThan(3_000);
  // Three attempts of at most 150 ms are made within 400 ms.
  expect(calls.length).toBeLessThanOrEqual(6);
  expect(aborted).toEqual(calls.map((names) => names.join()));
});
