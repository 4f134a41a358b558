import { QuotaReached, type Write } from "@portcullis/iam/store";
import { describe, expect, test } from "vitest";
import { type Made, newKey, put, read } from "./records.ts";

/** The contract of counters. */
export function counters(name: string, make: () => Made): void {
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
