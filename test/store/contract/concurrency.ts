import { Conflict, QuotaReached } from "@portcullis/iam/store";
import { describe, expect, test } from "vitest";
import { type Made, newKey, put, read } from "./records.ts";

/** The contract of concurrent transactions. */
export function concurrency(name: string, make: () => Made): void {
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

    test("of twenty that create the same record one succeeds, and the others conflict", async () => {
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
