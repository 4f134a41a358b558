import type { Reader, Store } from "@portcullis/iam/store";
import { describe, expect, test } from "vitest";
import { newKey, put } from "./records.ts";

/** The contract of a Reader, for records that `store` wrote. */
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
