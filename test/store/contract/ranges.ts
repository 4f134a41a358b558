import type { Store } from "@portcullis/iam/store";
import { describe, expect, test } from "vitest";
import { type Made, newKey, put } from "./records.ts";

/** The contract of ranges. */
export function ranges(name: string, make: () => Made): void {
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
    /** A partition with these sort keys, each record with its own as data. Never changed. */
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
