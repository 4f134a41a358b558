import { randomBytes } from "node:crypto";
import { Conflict, type Store } from "@portcullis/iam/store";
import { DATA_KEY_BYTES, KEY_ID_BYTES } from "./data-key-sealer.ts";
import {
  type KeyRing,
  type KeyRingRecord,
  keyRingKey,
  loadKeyRing,
  parseKeyRing,
  type WrappedKey,
} from "./key-ring.ts";
import type { KeyWrapper } from "./key-wrapper.ts";

export interface KeyRingKeeping {
  readonly store: Store;
  readonly wrapper: KeyWrapper;
  /** The management account. */
  readonly account: string;
  readonly nowSeconds: number;
}

/** The installation's ring, made when there is none. Of several at once one makes it, and all get the same. */
export async function createKeyRingIfAbsent(keeping: KeyRingKeeping): Promise<KeyRing> {
  const { store, wrapper, account } = keeping;
  const key = keyRingKey(account);
  const [stored] = await store.get([key]);
  if (!stored) {
    const first = await newKey(keeping);
    const data: KeyRingRecord = { current: first.id, keys: [first] };
    await store.transact([{ kind: "put", key, data, expect: "absent" }]).catch((error: unknown) => {
      if (!(error instanceof Conflict)) throw error;
    });
  }
  return loadKeyRing({ reader: store, wrapper, account, ...(stored && { stored }) });
}

/**
 * Adds a new data key that seals from now on; the old ones stay, to open what they sealed. Rings already loaded learn
 * of it when they meet it (`knows`).
 * @throws {Conflict} when somebody else rotated at the same time
 */
export async function rotateKeyRing(keeping: KeyRingKeeping): Promise<void> {
  const key = keyRingKey(keeping.account);
  const [stored] = await keeping.store.get([key]);
  const record = parseKeyRing(stored);
  const added = await newKey(keeping);
  const data: KeyRingRecord = { current: added.id, keys: [...record.keys, added] };
  await keeping.store.transact([{ kind: "put", key, data, expect: stored?.version ?? "absent" }]);
}

async function newKey({ wrapper, nowSeconds }: KeyRingKeeping): Promise<WrappedKey> {
  const wrapped = await wrapper.wrap(randomBytes(DATA_KEY_BYTES));
  return {
    id: randomBytes(KEY_ID_BYTES).toString("hex"),
    wrapped: Buffer.from(wrapped).toString("base64"),
    createdAtSeconds: nowSeconds,
  };
}
