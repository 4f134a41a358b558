import type { KeyObject } from "node:crypto";
import { partitionOf } from "@portcullis/iam/record/partition";
import type { Sealer } from "@portcullis/iam/sealer";
import type { Key, Reader, Stored } from "@portcullis/iam/store";
import { StoreUnavailable } from "../fault/error.ts";
import {
  DATA_KEY_BYTES,
  type DataKeys,
  dataKeySealer,
  extract,
  KEY_ID_BYTES,
  keyIdOf,
} from "./data-key-sealer.ts";
import type { KeyUnwrapper } from "./key-wrapper.ts";

/** The stored data keys of an installation, wrapped: the current one and all earlier ones. */
export interface KeyRingRecord {
  readonly current: string;
  readonly keys: readonly WrappedKey[];
}

export interface WrappedKey {
  /** 8 random bytes in hexadecimal. */
  readonly id: string;
  /** The wrapped key in base64. */
  readonly wrapped: string;
  readonly createdAtSeconds: number;
}

/** A sealer that finds keys that were added to the ring after it was loaded. */
export interface KeyRing extends Sealer {
  /** Reads the ring again. Concurrent calls share one read. @throws {StoreUnavailable} */
  refresh(): Promise<void>;
  /**
   * Whether the ring has the key of a sealed text. If not, reads the ring again first, at most once
   * in five seconds, because anyone can send texts with unknown keys.
   */
  knows(sealed: string): Promise<boolean>;
}

/** The key of the ring's record, which belongs to the management account. */
export function keyRingKey(account: string): Key {
  return { account, partition: partitionOf("keyring"), sort: "record" };
}

export interface KeyRingOptions {
  readonly reader: Reader;
  readonly wrapper: KeyUnwrapper;
  /** The management account. */
  readonly account: string;
  /** The ring's record, if already read. */
  readonly stored?: Stored;
}

const REFRESH_AT_MOST_EVERY_MILLISECONDS = 5_000;

/**
 * Reads the ring and unwraps its keys.
 * @throws {StoreUnavailable} also if there is no ring, or it can't be unwrapped
 */
export async function loadKeyRing(options: KeyRingOptions): Promise<KeyRing> {
  const read = async () => (await options.reader.get([keyRingKey(options.account)]))[0];
  let dataKeys = await unwrapAll(options.stored ?? (await read()), options.wrapper, new Map());
  let refreshing: Promise<void> | undefined;
  let refreshedAt = Number.NEGATIVE_INFINITY;

  const refresh = (): Promise<void> => {
    refreshing ??= (async () => {
      refreshedAt = performance.now();
      dataKeys = await unwrapAll(await read(), options.wrapper, dataKeys.keys);
    })().finally(() => {
      refreshing = undefined;
    });
    return refreshing;
  };

  return {
    ...dataKeySealer(() => dataKeys),
    refresh,
    async knows(sealed) {
      const id = keyIdOf(sealed);
      if (id.length !== KEY_ID_BYTES * 2) return false;
      if (dataKeys.keys.has(id)) return true;
      if (refreshing || performance.now() - refreshedAt >= REFRESH_AT_MOST_EVERY_MILLISECONDS)
        await refresh();
      return dataKeys.keys.has(id);
    },
  };
}

async function unwrapAll(
  stored: Stored | undefined,
  wrapper: KeyUnwrapper,
  known: ReadonlyMap<string, KeyObject>,
): Promise<DataKeys> {
  const record = parseKeyRing(stored);
  const keys = await Promise.all(
    record.keys.map(async ({ id, wrapped }): Promise<[string, KeyObject]> => {
      const key = known.get(id);
      return [id, key ?? extract(await unwrapped(wrapper, id, Buffer.from(wrapped, "base64")))];
    }),
  );
  return { current: record.current, keys: new Map(keys) };
}

async function unwrapped(
  wrapper: KeyUnwrapper,
  id: string,
  wrapped: Uint8Array,
): Promise<Uint8Array> {
  const key = await wrapper.unwrap(wrapped).catch((error: unknown) => {
    if (error instanceof StoreUnavailable) throw error;
    const message = `the data key ${id} could not be unwrapped: the master key is another one, or out of reach`;
    throw new StoreUnavailable("refused", message, error);
  });
  if (key.length === DATA_KEY_BYTES) return key;
  throw new StoreUnavailable("malformed", `the data key ${id} has ${key.length} bytes`);
}

/** The ring of a stored record. @throws {StoreUnavailable} if it is absent or damaged */
export function parseKeyRing(stored: Stored | undefined): KeyRingRecord {
  if (!stored)
    throw new StoreUnavailable(
      "refused",
      "there is no key ring: the installation has not been set up",
    );
  const { data } = stored;
  if (!isKeyRing(data)) throw new StoreUnavailable("malformed", "the key ring's record is damaged");
  return data;
}

function isKeyRing(data: unknown): data is KeyRingRecord {
  if (typeof data !== "object" || data === null || !("keys" in data) || !("current" in data))
    return false;
  return (
    Array.isArray(data.keys) &&
    data.keys.every(isWrappedKey) &&
    data.keys.some((key: WrappedKey) => key.id === data.current)
  );
}

function isWrappedKey(key: unknown): key is WrappedKey {
  if (typeof key !== "object" || key === null || !("id" in key) || !("wrapped" in key))
    return false;
  return (
    typeof key.id === "string" && /^[0-9a-f]{16}$/.test(key.id) && typeof key.wrapped === "string"
  );
}
