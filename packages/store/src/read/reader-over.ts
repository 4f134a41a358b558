import type { Key, Reader, Stored } from "@portcullis/iam/store";
import { DECISION_PATIENCE, type Patience } from "../fault/retry.ts";
import { type Item, keyItem, nameOf, recordOf } from "../item/item.ts";
import { batchGet, type SendBatchGet } from "./batch-get.ts";
import { type SendTransactGet, transactGet } from "./transact-get.ts";

export interface ReaderOptions {
  readonly tableName: string;
  /** The time in epoch seconds; records that expire at or before it read as absent. */
  readonly nowSeconds?: () => number;
  readonly patience?: Patience;
}

/** The two calls that reading by key needs. */
export interface ReadCalls {
  readonly batchGet: SendBatchGet;
  readonly transactGet: SendTransactGet;
}

/** A Reader over any way to make its two calls. */
export function readerOver(calls: ReadCalls, options: ReaderOptions): Reader {
  const { tableName, patience = DECISION_PATIENCE, nowSeconds = clock } = options;
  const records = (
    keys: readonly Key[],
    items: ReadonlyMap<string, Item>,
  ): readonly (Stored | undefined)[] => {
    const now = nowSeconds();
    return keys.map((key) => {
      const item = items.get(nameOf(keyItem(key)));
      return item && recordOf(item, key, now);
    });
  };
  return {
    get: async (keys) =>
      records(keys, await batchGet(calls.batchGet, { tableName, patience }, keys)),
    snapshot: async (keys) =>
      records(keys, await transactGet(calls.transactGet, { tableName, patience }, keys)),
  };
}

/** The time in epoch seconds. */
export function clock(): number {
  return Math.floor(Date.now() / 1000);
}
