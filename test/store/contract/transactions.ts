import { Conflict, type Write } from "@portcullis/iam/store";
import { describe, expect, test } from "vitest";
import { type Made, newKey, put, read } from "./records.ts";

/** The contract of transactions and their expectations. */
export function conditions(name: string, make: () => Made): void {
  describe(`${name}: transactions`, () => {
    test("a version grows by one with each write, for every expectation", async () => {
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

    test("a record that was created again is not taken for the deleted one", async () => {
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
