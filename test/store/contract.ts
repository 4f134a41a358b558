import { randomUUID } from "node:crypto";
import {
  Conflict,
  type Key,
  QuotaReached,
  type Reader,
  type Store,
  type Write,
} from "@portcullis/iam/store";
import { StoreUnavailable, TooLarge } from "@portcullis/store";
import { describe, expect, test } from "vitest";

/** What every suite of the contract is given: stores over one table, with a clock that the test sets. */
export interface Made {
  readonly store: Store;
  /** Another store of the same table, as another process would have. */
  readonly other: Store;
  readonly clock: { nowSeconds: number };
}

/** A key of an account that no other test has. */
export function newKey(sort = "record", partition = "thing"): Key {
  return { account: randomUUID().replaceAll("-", ""), partition, sort };
}

const put = (key: Key, data: unknown, rest: Partial<Write & { kind: "put" }> = {}): Write => ({
  kind: "put",
  key,
  data,
  expect: "absent",
  ...rest,
});

async function read(reader: Reader, key: Key) {
  return (await reader.get([key]))[0];
}

/** What a Reader promises, of records that `store` wrote. */
export function readerContract(
  name: string,
  make: () => {
    readonly store: Store;
    readonly reader: Reader;
    readonly clock: { nowSeconds: number };
  },
): void {
  describe.each(["get", "snapshot"] as const)(`${name}: %s`, (how) => {
    test("answers one result for each key, in their order, with absent ones and duplicates", async () => {
      const { store, reader } = make();
      const [a, b] = [newKey(), newKey("sort with ü, \n and \u0001")];
      await store.transact([put(a, { name: "a" }), put(b, ["b"])]);
      const found = await reader[how]([b, newKey(), a, b]);
      expect(found.map((record) => record?.data)).toEqual([["b"], undefined, { name: "a" }, ["b"]]);
      expect(found.map((record) => record?.key)).toEqual([b, undefined, a, b]);
      expect(found[0]?.version).toBe(found[2]?.version);
    });

    test("takes none and a hundred keys, and refuses more", async () => {
      const { store, reader } = make();
      const keys = Array.from({ length: 101 }, () => newKey());
      await store.transact(keys.slice(0, 100).map((key, index) => put(key, index)));
      expect(await reader[how]([])).toEqual([]);
      expect((await reader[how](keys.slice(0, 100))).map((record) => record?.data)).toEqual(
        keys.slice(0, 100).map((_, index) => index),
      );
      await expect(reader[how](keys)).rejects.toThrow(TypeError);
    });

    test.each([
      null,
      0,
      "",
      [],
      {},
      { __proto__: null, constructor: "x", ключ: "\u0000\u2028😀" },
      JSON.parse('{"__proto__": {"a": 1}}'),
    ])("gives data back as it was: %j", async (data) => {
      const { store, reader } = make();
      const key = newKey();
      await store.transact([put(key, data)]);
      expect(JSON.stringify((await reader[how]([key]))[0]?.data)).toBe(JSON.stringify(data));
    });

    test("reads an expired record as absent from the second of its expiry on", async () => {
      const { store, reader, clock } = make();
      const key = newKey();
      clock.nowSeconds = 1_000;
      await store.transact([put(key, 1, { expiresAt: 1_001 })]);
      expect((await reader[how]([key]))[0]?.data).toBe(1);
      clock.nowSeconds = 1_001;
      expect((await reader[how]([key]))[0]).toBeUndefined();
    });

    test("reads a counter record as absent", async () => {
      const { store, reader } = make();
      const key = newKey();
      await store.transact([{ kind: "count", key, counter: "users", by: 1 }]);
      expect((await reader[how]([key]))[0]).toBeUndefined();
    });

    test.each([
      ["an empty account", { account: "", partition: "p", sort: "s" }],
      ["an empty partition", { account: "a", partition: "", sort: "s" }],
      ["an empty sort", { account: "a", partition: "p", sort: "" }],
      ["an account that reaches into another", { account: "a#b", partition: "p", sort: "s" }],
      [
        "a sort with the character that ends ranges",
        { account: "a", partition: "p", sort: "s\u{10ffff}" },
      ],
    ])("refuses %s", async (_, key) => {
      await expect(make().reader[how]([key])).rejects.toThrow(TypeError);
    });

    test("refuses a key that is too long", async () => {
      const { reader } = make();
      await expect(reader[how]([newKey("é".repeat(513))])).rejects.toMatchObject({
        name: "TooLarge",
        what: "key",
      });
      await expect(reader[how]([newKey("s", "p".repeat(2048))])).rejects.toMatchObject({
        name: "TooLarge",
        what: "key",
      });
    });
  });
}

/** What a Store promises. */
export function storeContract(name: string, make: () => Made): void {
  readerContract(name, () => ({ ...make(), reader: make().store }));
  conditions(name, make);
  counters(name, make);
  ranges(name, make);
  limits(name, make);
  concurrency(name, make);
}

function conditions(name: string, make: () => Made): void {
  describe(`${name}: transactions`, () => {
    test("a version grows by one with each write, of whatever expectation", async () => {
      const { store } = make();
      const key = newKey();
      await store.transact([put(key, 0)]);
      const first = (await read(store, key))?.version ?? Number.NaN;
      expect(Number.isSafeInteger(first) && first >= 1).toBe(true);
      for (const [index, expectation] of (
        ["present", "any", first + 2, "any"] as const
      ).entries()) {
        await store.transact([put(key, index, { expect: expectation })]);
        expect(await read(store, key)).toEqual({ key, data: index, version: first + index + 1 });
      }
    });

    test("records made in one transaction have the same version", async () => {
      const { store } = make();
      const keys = [newKey(), newKey(), newKey()];
      await store.transact(
        keys.map((key, index) => put(key, index, { expect: index === 0 ? "any" : "absent" })),
      );
      const versions = new Set((await store.get(keys)).map((record) => record?.version));
      expect([...versions]).toEqual([expect.any(Number)]);
    });

    test("a record made anew is not taken for the one that was deleted", async () => {
      const { store } = make();
      const key = newKey();
      await store.transact([put(key, "old")]);
      const old = await read(store, key);
      await store.transact([{ kind: "delete", key, expect: "present" }]);
      await store.transact([put(key, "new")]);
      await expect(
        store.transact([put(key, "old, changed", { expect: old?.version ?? 0 })]),
      ).rejects.toThrow(Conflict);
      expect((await read(store, key))?.data).toBe("new");
    });

    const outcomes: [
      state: "absent" | "present" | "expired",
      expectation: "absent" | "present" | "any" | "same" | "older",
      holds: boolean,
    ][] = [
      ["absent", "absent", true],
      ["absent", "present", false],
      ["absent", "any", true],
      ["absent", "older", false],
      ["present", "absent", false],
      ["present", "present", true],
      ["present", "any", true],
      ["present", "same", true],
      ["present", "older", false],
      ["expired", "absent", true],
      ["expired", "present", false],
      ["expired", "any", true],
      ["expired", "same", false],
    ];
    describe.each(outcomes)("of an %s record, expecting %s (%s)", (state, expectation, holds) => {
      test.each(["put", "delete", "check"] as const)("%s", async (kind) => {
        if (kind === "check" && expectation === "any") return;
        const { store, clock } = make();
        clock.nowSeconds = 1_000;
        const [key, witness] = [newKey(), newKey()];
        if (state !== "absent") await store.transact([put(key, "before", { expiresAt: 2_000 })]);
        const version = (await read(store, key))?.version ?? 2;
        if (state === "expired") clock.nowSeconds = 2_000;
        const expected =
          expectation === "same" ? version : expectation === "older" ? version - 1 : expectation;
        const write: Write =
          kind === "put"
            ? put(key, "after", { expect: expected })
            : kind === "delete"
              ? { kind, key, expect: expected }
              : { kind, key, expect: expected === "any" ? "present" : expected };

        const outcome = await store
          .transact([write, put(witness, "made")])
          .catch((error: unknown) => error);

        if (holds) expect(outcome).toBeUndefined();
        else {
          expect(outcome).toBeInstanceOf(Conflict);
          expect(outcome).toMatchObject({ keys: [key] });
        }
        // All of the writes or none.
        expect((await read(store, witness))?.data).toBe(holds ? "made" : undefined);
        const unchanged = state === "present" ? "before" : undefined;
        const changed = { put: "after", delete: undefined, check: unchanged }[kind];
        expect((await read(store, key))?.data).toBe(holds ? changed : unchanged);
      });
    });

    test("a put without an expiry makes a record permanent that had one", async () => {
      const { store, clock } = make();
      const key = newKey();
      clock.nowSeconds = 1_000;
      await store.transact([put(key, 1, { expiresAt: 1_010 })]);
      await store.transact([put(key, 2, { expect: "present" })]);
      clock.nowSeconds = 9_000;
      expect((await read(store, key))?.data).toBe(2);
    });

    test("an expired record leaves nothing in the one made in its place", async () => {
      const { store, clock } = make();
      const key = newKey();
      clock.nowSeconds = 1_000;
      await store.transact([put(key, 1, { expiresAt: 1_010 })]);
      clock.nowSeconds = 1_010;
      await store.transact([put(key, 2)]);
      clock.nowSeconds = 9_000;
      expect((await read(store, key))?.data).toBe(2);
    });

    test("a conflict names every key that did not hold, and nothing is written", async () => {
      const { store } = make();
      const [there, gone, fine] = [newKey(), newKey(), newKey()];
      await store.transact([put(there, 1)]);
      const outcome = store.transact([
        put(fine, 1),
        put(there, 2),
        { kind: "check", key: gone, expect: "present" },
      ]);
      await expect(outcome).rejects.toMatchObject({ name: "Conflict", keys: [there, gone] });
      expect(await store.get([fine, gone])).toEqual([undefined, undefined]);
    });

    test("an empty transaction is nothing", async () => {
      await expect(make().store.transact([])).resolves.toBeUndefined();
    });

    test("a single write without a condition", async () => {
      const { store } = make();
      const key = newKey();
      await store.transact([put(key, 1, { expect: "any", expiresAt: 99_999_999_999 })]);
      await store.transact([put(key, 2, { expect: "any" })]);
      expect((await read(store, key))?.data).toBe(2);
      await store.transact([{ kind: "delete", key, expect: "any" }]);
      await store.transact([{ kind: "delete", key, expect: "any" }]);
      expect(await read(store, key)).toBeUndefined();
    });
  });
}

function counters(name: string, make: () => Made): void {
  describe(`${name}: counters`, () => {
    test("count up and down from nothing, each for itself", async () => {
      const { store } = make();
      const key = newKey();
      expect(await store.counters(key)).toEqual({});
      await store.transact([{ kind: "count", key, counter: "users", by: 3 }]);
      await store.transact([{ kind: "count", key, counter: "users", by: -1 }]);
      await store.transact([{ kind: "count", key, counter: "size of name:x", by: 10 }]);
      expect(await store.counters(key)).toEqual({ users: 2, "size of name:x": 10 });
    });

    test("of many records are read at once, each key's in its place", async () => {
      const { store } = make();
      const keys = [newKey(), newKey(), newKey()];
      await store.transact([
        { kind: "count", key: keys[0]!, counter: "a", by: 1 },
        { kind: "count", key: keys[2]!, counter: "b", by: 2 },
      ]);
      expect(await store.countersOfAll(keys)).toEqual([{ a: 1 }, {}, { b: 2 }]);
      expect(await store.countersOfAll([])).toEqual([]);
    });

    test("stop at their limit with the counter, the key and the limit", async () => {
      const { store } = make();
      const [key, witness] = [newKey(), newKey()];
      const count = (by: number): Write => ({
        kind: "count",
        key,
        counter: "users",
        by,
        atMost: 2,
      });
      await expect(store.transact([count(3)])).rejects.toMatchObject({
        name: "QuotaReached",
        key,
        counter: "users",
        atMost: 2,
      });
      await store.transact([count(2)]);
      const refused = store.transact([put(witness, 1), count(1)]);
      await expect(refused).rejects.toBeInstanceOf(QuotaReached);
      expect(await store.counters(key)).toEqual({ users: 2 });
      expect(await read(store, witness)).toBeUndefined();
      await store.transact([count(-1)]);
      await store.transact([count(1)]);
      expect(await store.counters(key)).toEqual({ users: 2 });
    });

    test("a limit of nought admits nothing", async () => {
      const { store } = make();
      const key = newKey();
      await expect(
        store.transact([{ kind: "count", key, counter: "c", by: 1, atMost: 0 }]),
      ).rejects.toBeInstanceOf(QuotaReached);
      await store.transact([{ kind: "count", key, counter: "c", by: 0, atMost: 0 }]);
      expect(await store.counters(key)).toEqual({ c: 0 });
    });

    test("a conflict comes before a limit: what was read may not be so any more", async () => {
      const { store } = make();
      const [key, there] = [newKey(), newKey()];
      await store.transact([put(there, 1)]);
      const both = store.transact([
        { kind: "count", key, counter: "c", by: 2, atMost: 1 },
        put(there, 2),
      ]);
      await expect(both).rejects.toMatchObject({ name: "Conflict", keys: [there] });
    });

    test("a counter record is deleted only when all that is named stands at 0", async () => {
      const { store } = make();
      const key = newKey();
      const remove: Write = { kind: "deleteCounter", key, counters: ["users", "keys"] };
      await store.transact([remove]);
      await store.transact([{ kind: "count", key, counter: "users", by: 1 }]);
      await expect(store.transact([remove])).rejects.toMatchObject({
        name: "Conflict",
        keys: [key],
      });
      expect(await store.counters(key)).toEqual({ users: 1 });
      await store.transact([{ kind: "count", key, counter: "users", by: -1 }]);
      await store.transact([remove]);
      expect(await store.counters(key)).toEqual({});
    });

    test("a record keeps its counters when it is written, and its data when it is counted", async () => {
      const { store } = make();
      const key = newKey();
      await store.transact([put(key, "a")]);
      await store.transact([{ kind: "count", key, counter: "c", by: 1 }]);
      await store.transact([put(key, "b", { expect: "present" })]);
      expect(await store.counters(key)).toEqual({ c: 1 });
      expect((await read(store, key))?.data).toBe("b");
    });
  });
}

function ranges(name: string, make: () => Made): void {
  describe(`${name}: ranges`, () => {
    const SORTS = [
      "%",
      "_",
      "a_",
      "/",
      "/a\u0001x",
      "/a/\u0001y",
      "/b\u0001z",
      "A",
      "a",
      "a0",
      "ab",
      "b",
      "é",
      "\uffee",
      "😀",
    ];
    /** A partition with these sorts, each holding itself; nobody changes it. */
    const filled = once(async (store: Store) => {
      const { account } = newKey();
      const range = { account, partition: "list" };
      await store.transact(SORTS.map((sort) => put({ ...range, sort }, sort)));
      // Neighbours that must never appear.
      await store.transact([
        put({ account, partition: "lis", sort: "a" }, 1),
        put({ account, partition: "list/", sort: "a" }, 1),
      ]);
      return range;
    });

    test("come in the order of UTF-8 bytes, whole and reversed", async () => {
      const { store } = make();
      const range = await filled(store);
      const byBytes = SORTS.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      const all = await store.query({ ...range, limit: 100 });
      expect(all.records.map((record) => record.data)).toEqual(byBytes);
      expect(all.records.map((record) => record.key)).toEqual(
        byBytes.map((sort) => ({ ...range, sort })),
      );
      expect(all.more).toBe(false);
      const reversed = await store.query({ ...range, limit: 100, reverse: true });
      expect(reversed.records.map((record) => record.data)).toEqual(byBytes.toReversed());
    });

    test.each([1, 2, 4, 14, 15, 16])(
      "are walked in pages of %i without a gap or a repeat",
      async (limit) => {
        const { store } = make();
        const range = await filled(store);
        for (const reverse of [false, true]) {
          const seen: unknown[] = [];
          let after: string | undefined;
          for (let more = true; more; ) {
            const page = await store.query({
              ...range,
              limit,
              reverse,
              ...(after !== undefined && { after }),
            });
            expect(page.records.length).toBeLessThanOrEqual(limit);
            seen.push(...page.records.map((record) => record.data));
            after = page.records.at(-1)?.key.sort;
            more = page.more;
          }
          expect(seen.toSorted()).toEqual(SORTS.toSorted());
        }
      },
    );

    const cases: [
      range: { prefix?: string; after?: string; reverse?: boolean; limit?: number },
      expected: string[],
      more?: boolean,
    ][] = [
      [{ prefix: "a" }, ["a", "a0", "a_", "ab"]],
      [{ prefix: "a", reverse: true }, ["ab", "a_", "a0", "a"]],
      [{ prefix: "a", after: "a" }, ["a0", "a_", "ab"]],
      [{ prefix: "a", after: "a1" }, ["a_", "ab"]],
      [{ prefix: "a", after: "ab" }, []],
      [{ prefix: "a", after: "A" }, ["a", "a0", "a_", "ab"]],
      [{ prefix: "a", after: "" }, ["a", "a0", "a_", "ab"]],
      [{ prefix: "a", after: "b" }, []],
      [{ prefix: "a", after: "b", reverse: true }, ["ab", "a_", "a0", "a"]],
      [{ prefix: "a", after: "A", reverse: true }, []],
      [{ prefix: "a", after: "", reverse: true }, []],
      [{ prefix: "a", after: "ab", reverse: true }, ["a_", "a0", "a"]],
      [{ prefix: "/a" }, ["/a\u0001x", "/a/\u0001y"]],
      [{ prefix: "/a/" }, ["/a/\u0001y"]],
      [{ prefix: "", after: "b" }, ["é", "\uffee", "😀"]],
      [{ after: "\uffee" }, ["😀"]],
      [{ after: "nowhere" }, ["é", "\uffee", "😀"]],
      [{ prefix: "none" }, []],
      [{ prefix: "%" }, ["%"]],
      [{ prefix: "_" }, ["_"]],
      [{ prefix: "a_" }, ["a_"]],
      [{ prefix: "a", limit: 2 }, ["a", "a0"], true],
      [{ prefix: "a", limit: 4 }, ["a", "a0", "a_", "ab"], false],
      [{ limit: 1, reverse: true }, ["😀"], true],
    ];
    test.each(cases)("%j", async (range, expected, more = false) => {
      const { store } = make();
      const partition = await filled(store);
      const page = await store.query({ limit: 100, ...partition, ...range });
      expect(page.records.map((record) => record.data)).toEqual(expected);
      expect(page.more).toBe(more);
    });

    test("leave out what has expired, and fill the page with what has not", async () => {
      const { store, clock } = make();
      const { account } = newKey();
      clock.nowSeconds = 1_000;
      await store.transact(
        Array.from({ length: 30 }, (_, index) =>
          put(
            { account, partition: "list", sort: String(index).padStart(2, "0") },
            index,
            index % 10 === 9 ? {} : { expiresAt: 1_001 },
          ),
        ),
      );
      clock.nowSeconds = 1_001;
      const page = await store.query({ account, partition: "list", limit: 2 });
      expect(page).toMatchObject({ records: [{ data: 9 }, { data: 19 }], more: true });
      const rest = await store.query({ account, partition: "list", limit: 2, after: "19" });
      expect(rest).toMatchObject({ records: [{ data: 29 }], more: false });
    });

    test("longer than a page of DynamoDB (1 MB) come whole", async () => {
      const { store } = make();
      const { account } = newKey();
      const big = "x".repeat(250_000);
      for (let index = 0; index < 6; index++) {
        await store.transact([put({ account, partition: "list", sort: String(index) }, big)]);
      }
      const page = await store.query({ account, partition: "list", limit: 6 });
      expect(page.records.map((record) => record.key.sort)).toEqual(["0", "1", "2", "3", "4", "5"]);
      expect(page.more).toBe(false);
    });

    test.each([0, -1, 1.5, Number.NaN])("refuse a limit of %s", async (limit) => {
      await expect(make().store.query({ account: "a", partition: "p", limit })).rejects.toThrow(
        TypeError,
      );
    });
  });
}

/** The same answer for the same store. */
function once<T>(make: (store: Store) => Promise<T>): (store: Store) => Promise<T> {
  const made = new WeakMap<Store, Promise<T>>();
  return (store) => {
    const answer = made.get(store) ?? make(store);
    made.set(store, answer);
    return answer;
  };
}

function limits(name: string, make: () => Made): void {
  describe(`${name}: limits`, () => {
    test("a record as large as DynamoDB takes is kept, a larger one is refused and nothing is written", async () => {
      const { store } = make();
      const [key, witness] = [newKey(), newKey()];
      await store.transact([put(key, "é".repeat(204_000))]);
      expect((await read(store, key))?.data).toHaveLength(204_000);
      const outcome = await store
        .transact([put(witness, 1), put(key, "é".repeat(205_000), { expect: "any" })])
        .catch((error: unknown) => error);
      expect(outcome).toBeInstanceOf(TooLarge);
      expect(outcome).toMatchObject({ what: "record", key });
      expect(await read(store, witness)).toBeUndefined();
    });

    test("a transaction of more than 100 writes, or of more than 4 MB", async () => {
      const { store } = make();
      const many = Array.from({ length: 101 }, () => put(newKey(), 1));
      await expect(store.transact(many)).rejects.toMatchObject({
        name: "TooLarge",
        what: "transaction",
      });
      const large = Array.from({ length: 11 }, () => put(newKey(), "x".repeat(400_000)));
      await expect(store.transact(large)).rejects.toMatchObject({
        name: "TooLarge",
        what: "transaction",
      });
    });

    test("a key twice in one transaction, data that JSON cannot say, and a count that is no integer are misuse", async () => {
      const { store } = make();
      const key = newKey();
      await expect(
        store.transact([put(key, 1), { kind: "check", key, expect: "absent" }]),
      ).rejects.toThrow(TypeError);
      await expect(store.transact([put(key, undefined)])).rejects.toThrow(TypeError);
      await expect(store.transact([{ kind: "count", key, counter: "c", by: 0.5 }])).rejects.toThrow(
        TypeError,
      );
      expect(await read(store, key)).toBeUndefined();
    });
  });
}

function concurrency(name: string, make: () => Made): void {
  /** Runs a transaction again for as long as another is in the way. */
  async function retried(work: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof Conflict)) throw error;
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 20));
      }
    }
  }

  describe(`${name}: concurrency`, () => {
    test("fifty read-modify-writes of one record at once: none is lost", async () => {
      const { store, other } = make();
      const key = newKey();
      await store.transact([put(key, [])]);
      const before = (await read(store, key))?.version ?? 0;
      await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          retried(async () => {
            const mine = index % 2 ? store : other;
            const record = await read(mine, key);
            if (!record || !Array.isArray(record.data)) throw new Error("the record is gone");
            await mine.transact([put(key, [...record.data, index], { expect: record.version })]);
          }),
        ),
      );
      const after = await read(store, key);
      expect(after?.version).toBe(before + 50);
      expect(after?.data).toHaveLength(50);
      expect(new Set(Array.isArray(after?.data) ? after.data : []).size).toBe(50);
    });

    test("of twenty that make the same record one wins, and the others are told", async () => {
      const { store, other } = make();
      const key = newKey();
      const outcomes = await Promise.allSettled(
        Array.from({ length: 20 }, (_, index) =>
          (index % 2 ? store : other).transact([put(key, index)]),
        ),
      );
      const winners = outcomes.flatMap((outcome, index) =>
        outcome.status === "fulfilled" ? [index] : [],
      );
      const errors = outcomes.flatMap((outcome) =>
        outcome.status === "rejected" ? [outcome.reason] : [],
      );
      expect(winners).toHaveLength(1);
      expect(errors.every((error) => error instanceof Conflict)).toBe(true);
      expect((await read(store, key))?.data).toBe(winners[0]);
    });

    test("a counter never ends above its limit, and reaches it", async () => {
      const { store, other } = make();
      const key = newKey();
      const outcomes = await Promise.allSettled(
        Array.from({ length: 40 }, (_, index) =>
          retried(() =>
            (index % 2 ? store : other).transact([
              { kind: "count", key, counter: "users", by: 1, atMost: 25 },
              put({ ...key, sort: `user-${index}` }, index),
            ]),
          ),
        ),
      );
      expect(outcomes.filter((outcome) => outcome.status === "fulfilled")).toHaveLength(25);
      expect(
        outcomes.every(
          (outcome) => outcome.status === "fulfilled" || outcome.reason instanceof QuotaReached,
        ),
      ).toBe(true);
      expect(await store.counters(key)).toEqual({ users: 25 });
      const made = await store.query({
        account: key.account,
        partition: key.partition,
        prefix: "user-",
        limit: 100,
      });
      expect(made.records).toHaveLength(25);
    });

    test("a snapshot never sees half of a transaction", async () => {
      const { store, other } = make();
      const keys = [newKey(), newKey(), newKey(), newKey()];
      await store.transact(keys.map((key) => put(key, 0)));
      let writing = true;
      const writer = (async () => {
        for (let round = 1; round <= 30; round++)
          await retried(() =>
            store.transact(keys.map((key) => put(key, round, { expect: "present" }))),
          );
        writing = false;
      })();
      while (writing) {
        const seen = new Set((await other.snapshot(keys)).map((record) => record?.data));
        expect(seen.size).toBe(1);
      }
      await writer;
    });
  });
}

/** Asserts that a call ended as everything must that storage did not answer in a way to be relied on. */
export async function expectUnavailable(
  call: Promise<unknown>,
  reason: StoreUnavailable["reason"],
): Promise<void> {
  const outcome = await call.catch((error: unknown) => error);
  expect(outcome).toBeInstanceOf(StoreUnavailable);
  expect(outcome).toMatchObject({ reason });
}
