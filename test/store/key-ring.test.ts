import { hkdfSync } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SealBroken, type Sealer } from "@portcullis/iam/sealer";
import type { Reader, Store } from "@portcullis/iam/store";
import {
  createKeyRingIfAbsent,
  dynamoStore,
  type KeyWrapper,
  keyRingKey,
  loadKeyRing,
  memoryKeyWrapper,
  rotateKeyRing,
} from "@portcullis/store";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dataKeySealer, extract } from "../../packages/store/src/keys/data-key-sealer.ts";
import { type TestTable, testTable } from "../support/engine.ts";
import { memoryKeyRing } from "../support/memory-key-ring.ts";
import { expectUnavailable } from "./contract/records.ts";

let table: TestTable;
let store: Store;
const folder = mkdtempSync(join(tmpdir(), "portcullis-keys-"));
beforeAll(async () => {
  table = await testTable();
  store = dynamoStore({ client: table.client(), tableName: table.tableName });
});
afterAll(async () => {
  await table.stop();
  rmSync(folder, { recursive: true, force: true });
});

let accounts = 0;
const newAccount = () => String(++accounts).padStart(12, "0");
const text = (sealer: Sealer, sealed: string, bound: string) =>
  Buffer.from(sealer.open(sealed, bound)).toString();

describe("a sealer", () => {
  const ring = memoryKeyRing();

  test("opens any text that it sealed", () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.string({ unit: "binary" }), (plaintext, bound) => {
        expect([...ring.open(ring.seal(plaintext, bound), bound)]).toEqual([...plaintext]);
      }),
    );
  });

  test("never seals the same twice alike, and shows nothing of it", () => {
    const secret = Buffer.from("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    const sealed = Array.from({ length: 50 }, () => ring.seal(secret, "b"));
    expect(new Set(sealed).size).toBe(50);
    for (const one of sealed) {
      expect(one).toMatch(/^[A-Za-z0-9_-]+$/);
      expect(Buffer.from(one, "base64url").includes(secret.subarray(0, 8))).toBe(false);
    }
  });

  test("opens nothing that was altered, in any of its letters", () => {
    const sealed = ring.seal(Buffer.from("secret"), "key AKIA1");
    for (let index = 0; index < sealed.length; index++) {
      const other = sealed[index] === "A" ? "B" : "A";
      expect(() =>
        ring.open(sealed.slice(0, index) + other + sealed.slice(index + 1), "key AKIA1"),
      ).toThrow(SealBroken);
    }
  });

  test.each([
    ["cut short", (sealed: string) => sealed.slice(0, -1)],
    ["longer", (sealed: string) => `${sealed}A`],
    ["padded", (sealed: string) => `${sealed}=`],
    ["with a space", (sealed: string) => ` ${sealed}`],
    ["with a line feed", (sealed: string) => `${sealed}\n`],
    ["in the other base64", (sealed: string) => `+${sealed.slice(1)}`],
    ["empty", () => ""],
    ["garbage", () => "!".repeat(100)],
  ])("opens nothing that is %s", (_, alter) => {
    expect(() => ring.open(alter(ring.seal(Buffer.from("secret"), "b")), "b")).toThrow(SealBroken);
  });

  test("opens only for what it was sealed for", () => {
    const sealed = ring.seal(Buffer.from("secret"), "100000000000/AKIA1");
    expect(() => ring.open(sealed, "100000000000/AKIA2")).toThrow(SealBroken);
    expect(() => ring.open(sealed, "")).toThrow(SealBroken);
  });

  test("opens nothing of another ring", () => {
    expect(() => ring.open(memoryKeyRing().seal(Buffer.from("secret"), "b"), "b")).toThrow(
      SealBroken,
    );
  });

  test("derives by HKDF with SHA-256", () => {
    const dataKey = Buffer.alloc(32, 5);
    const sealer = dataKeySealer(() => ({
      current: "0123456789abcdef",
      keys: new Map([["0123456789abcdef", extract(dataKey)]]),
    }));
    const expected = hkdfSync("sha256", dataKey, "", "portcullis derive: session secrets", 32);
    expect(Buffer.from(sealer.derive("session secrets").key)).toEqual(Buffer.from(expected));
  });

  test("derives 32 bytes for each purpose, always the same, and found again by key id", () => {
    const { keyId, key } = ring.derive("session secrets");
    expect(key).toHaveLength(32);
    expect(ring.derive("session secrets", keyId)).toEqual({ keyId, key });
    expect(ring.derive("session secrets").key).toEqual(key);
    expect(ring.derive("session secret").key).not.toEqual(key);
    expect(memoryKeyRing().derive("session secrets").key).not.toEqual(key);
    expect(() => ring.derive("session secrets", "0123456789abcdef")).toThrow(SealBroken);
  });
});

describe("a key ring", () => {
  test("is made once by however many start at once, and all have the same", async () => {
    const account = newAccount();
    const wrapper = memoryKeyWrapper();
    const rings = await Promise.all(
      Array.from({ length: 10 }, () =>
        createKeyRingIfAbsent({ store, wrapper, account, nowSeconds: 1 }),
      ),
    );
    const sealed = rings.map((ring, index) => ring.seal(Buffer.from(`secret ${index}`), "b"));
    for (const ring of rings) {
      for (const [index, one] of sealed.entries())
        expect(text(ring, one, "b")).toBe(`secret ${index}`);
    }
    const [stored] = await store.get([keyRingKey(account)]);
    expect(stored?.data).toMatchObject({
      current: expect.stringMatching(/^[0-9a-f]{16}$/),
      keys: [{ createdAtSeconds: 1 }],
    });
  });

  test("has no readable key in its record", async () => {
    const account = newAccount();
    const keys: Uint8Array[] = [];
    const inner = memoryKeyWrapper();
    const wrapper: KeyWrapper = {
      ...inner,
      wrap(key) {
        keys.push(key);
        return inner.wrap(key);
      },
    };
    await createKeyRingIfAbsent({ store, wrapper, account, nowSeconds: 1 });
    const record = JSON.stringify((await store.get([keyRingKey(account)]))[0]?.data);
    expect(keys).toHaveLength(1);
    expect(record).not.toContain(Buffer.from(keys[0] ?? []).toString("base64"));
    expect(record).not.toContain(Buffer.from(keys[0] ?? []).toString("hex"));
  });

  test("after a rotation opens the old, seals with the new, and derives both", async () => {
    const account = newAccount();
    const wrapper = memoryKeyWrapper();
    const ring = await createKeyRingIfAbsent({ store, wrapper, account, nowSeconds: 1 });
    const old = ring.seal(Buffer.from("old"), "b");
    const derived = ring.derive("p");
    await rotateKeyRing({ store, wrapper, account, nowSeconds: 2 });
    await ring.refresh();
    const fresh = ring.seal(Buffer.from("new"), "b");
    expect(ring.derive("p").keyId).not.toBe(derived.keyId);

    const loaded = await loadKeyRing({ reader: store, wrapper, account });
    for (const each of [ring, loaded]) {
      expect(text(each, old, "b")).toBe("old");
      expect(text(each, fresh, "b")).toBe("new");
      expect(each.derive("p", derived.keyId)).toEqual(derived);
    }
    const [stored] = await store.get([keyRingKey(account)]);
    expect(stored?.data).toMatchObject({
      keys: [{ createdAtSeconds: 1 }, { createdAtSeconds: 2 }],
    });
  });

  test("of two rotations at once one is refused, and no key is lost", async () => {
    const account = newAccount();
    const wrapper = memoryKeyWrapper();
    await createKeyRingIfAbsent({ store, wrapper, account, nowSeconds: 1 });
    const rotate = () => rotateKeyRing({ store, wrapper, account, nowSeconds: 2 });
    const outcomes = await Promise.allSettled([rotate(), rotate(), rotate()]);
    const made = outcomes.filter((outcome) => outcome.status === "fulfilled").length;
    for (const outcome of outcomes)
      if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ name: "Conflict" });
    const [stored] = await store.get([keyRingKey(account)]);
    expect(stored?.data).toMatchObject({ keys: { length: 1 + made } });
  });

  test("that was loaded before a rotation learns the new key when it meets it", async () => {
    const account = newAccount();
    const wrapper = memoryKeyWrapper();
    const before = await createKeyRingIfAbsent({ store, wrapper, account, nowSeconds: 1 });
    await rotateKeyRing({ store, wrapper, account, nowSeconds: 2 });
    const sealed = (await loadKeyRing({ reader: store, wrapper, account })).seal(
      Buffer.from("new"),
      "b",
    );
    expect(() => before.open(sealed, "b")).toThrow(SealBroken);
    expect(await before.knows(sealed)).toBe(true);
    expect(text(before, sealed, "b")).toBe("new");
  });

  test("is not read again for each text with an unknown key", async () => {
    const account = newAccount();
    const wrapper = memoryKeyWrapper();
    await createKeyRingIfAbsent({ store, wrapper, account, nowSeconds: 1 });
    let reads = 0;
    const get: Reader["get"] = (keys) => {
      reads++;
      return store.get(keys);
    };
    const ring = await loadKeyRing({ reader: { ...store, get }, wrapper, account });
    const unknown = Array.from({ length: 50 }, () => memoryKeyRing().seal(Buffer.from("x"), "b"));
    expect(await Promise.all(unknown.map((sealed) => ring.knows(sealed)))).toEqual(
      Array(50).fill(false),
    );
    expect(await ring.knows(unknown[0] ?? "")).toBe(false);
    expect(await ring.knows("short")).toBe(false);
    expect(reads).toBe(2);
  });

  test("keeps what it has when it can't be read again", async () => {
    const account = newAccount();
    const wrapper = memoryKeyWrapper();
    const made = await createKeyRingIfAbsent({ store, wrapper, account, nowSeconds: 1 });
    const sealed = made.seal(Buffer.from("text"), "b");
    let down = false;
    const reader: Reader = {
      ...store,
      get: (keys) => (down ? Promise.reject(new Error("down")) : store.get(keys)),
    };
    const ring = await loadKeyRing({ reader, wrapper, account });
    down = true;
    await expect(ring.refresh()).rejects.toThrow("down");
    expect(text(ring, sealed, "b")).toBe("text");
    down = false;
    await ring.refresh();
  });

  test("that is absent, damaged, or wrapped under another key is no ring", async () => {
    const wrapper = memoryKeyWrapper();
    await expectUnavailable(
      loadKeyRing({ reader: store, wrapper, account: newAccount() }),
      "refused",
    );
    const good = {
      id: "0123456789abcdef",
      wrapped: Buffer.from(await wrapper.wrap(Buffer.alloc(32))).toString("base64"),
      createdAtSeconds: 1,
    };
    const short = {
      ...good,
      wrapped: Buffer.from(await wrapper.wrap(Buffer.alloc(16))).toString("base64"),
    };
    for (const data of [
      null,
      {},
      { current: good.id, keys: [] },
      { current: "0000000000000000", keys: [good] },
      { current: good.id, keys: [{ ...good, id: 1 }] },
      { current: good.id, keys: [good, null] },
      { current: good.id, keys: [good, { id: good.id }] },
      { current: good.id, keys: [short] },
    ]) {
      const account = newAccount();
      await store.transact([{ kind: "put", key: keyRingKey(account), data, expect: "absent" }]);
      await expectUnavailable(loadKeyRing({ reader: store, wrapper, account }), "malformed");
    }
    const account = newAccount();
    await createKeyRingIfAbsent({ store, wrapper, account, nowSeconds: 1 });
    await expectUnavailable(
      loadKeyRing({ reader: store, wrapper: memoryKeyWrapper(), account }),
      "refused",
    );
  });
});
