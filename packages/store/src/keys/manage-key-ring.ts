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

export interface ManageKeyRingOptions {
  readonly store: Store;
  readonly wrapper: KeyWrapper;
  /** The management account. */
  readonly account: string;
  readonly nowSeconds: number;
}

/** The installation's ring, created if absent. Concurrent calls get the same ring. */
export async function createKeyRingIfAbsent(options: ManageKeyRingOptions): Promise<KeyRing> {
  const { store, wrapper, account } = options;
  const key = keyRingKey(account);
  const [stored] = await store.get([key]);
  if (!stored) {
    const first = await newKey(options);
    const data: KeyRingRecord = { current: first.id, keys: [first] };
    await store.transact([{ kind: "put", key, data, expect: "absent" }]).catch((error: unknown) => {
      if (!(error instanceof Conflict)) throw error;
    });
  }
  return loadKeyRing({ reader: store, wrapper, account, ...(stored && { stored }) });
}

/**
 * Adds a data key, which seals from now on. The old ones remain, to open earlier texts. Loaded
 * rings find it at the first text that it sealed (`knows`).
 * @throws {Conflict} if another rotation came first
 */
export async function rotateKeyRing(options: ManageKeyRingOptions): Promise<void> {
  const key = keyRingKey(options.account);
  const [stored] = await options.store.get([key]);
  const record = parseKeyRing(stored);
  const added = await newKey(options);
  const data: KeyRingRecord = { current: added.id, keys: [...record.keys, added] };
  await options.store.transact([{ kind: "put", key, data, expect: stored?.version ?? "absent" }]);
}

async function newKey({ wrapper, nowSeconds }: ManageKeyRingOptions): Promise<WrappedKey> {
  const wrapped = await wrapper.wrap(randomBytes(DATA_KEY_BYTES));
  return {
    id: randomBytes(KEY_ID_BYTES).toString("hex"),
    wrapped: Buffer.from(wrapped).toString("base64"),
    createdAtSeconds: nowSeconds,
  };
}
