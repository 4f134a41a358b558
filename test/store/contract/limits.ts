import { TooLarge } from "@portcullis/store";
import { describe, expect, test } from "vitest";
import { type Made, newKey, put, read } from "./records.ts";

/** The contract of DynamoDB's limits. */
export function limits(name: string, make: () => Made): void {
  describe(`${name}: limits`, () => {
    test("a record of DynamoDB's greatest size is written, a larger one is refused", async () => {
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

    test("a range of many times a response's 1 MB, and a batch of more than its 16 MB", async () => {
      const { store } = make();
      const account = newKey().account;
      const keys = Array.from({ length: 50 }, (_, index) => ({
        account,
        partition: "large",
        sort: `record/${String(index).padStart(2, "0")}`,
      }));
      for (let start = 0; start < keys.length; start += 10)
        await store.transact(
          keys.slice(start, start + 10).map((key) => put(key, "x".repeat(380_000))),
        );
      const { records, more } = await store.query({ account, partition: "large", limit: 40 });
      expect(records.map(({ key }) => key)).toEqual(keys.slice(0, 40));
      expect(more).toBe(true);
      const read = await store.get(keys);
      expect(read).toHaveLength(50);
      for (const record of read) expect(record?.data).toHaveLength(380_000);
    }, 60_000);

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
