import { type Key, type Reader, type Records, recordsOf } from "@portcullis/iam/store";
import { DECISION_TIMEOUTS, type Timeouts } from "../fault/retry.ts";
import { type Item, keyItem, nameOf, recordOf } from "../item/item.ts";
import { batchGet, type SendBatchGet } from "./batch-get.ts";
import { type SendTransactGet, transactGet } from "./transact-get.ts";

export interface ReaderOptions {
  readonly tableName: string;
  /** The time in epoch seconds. Records that expire at or before it read as absent. */
  readonly nowSeconds?: () => number;
  readonly timeouts?: Timeouts;
}

/** The two DynamoDB calls of a Reader. */
export interface ReadCalls {
  readonly batchGet: SendBatchGet;
  readonly transactGet: SendTransactGet;
}

/** A Reader over any implementation of its calls. */
export function readerOver(calls: ReadCalls, options: ReaderOptions): Reader {
  const { tableName, timeouts = DECISION_TIMEOUTS, nowSeconds = clock } = options;
  const records = <Keys extends readonly Key[]>(
    keys: Keys,
    items: ReadonlyMap<string, Item>,
  ): Records<Keys> => {
    const now = nowSeconds();
    const found = keys.map((key) => {
      const item = items.get(nameOf(keyItem(key)));
      return item && recordOf(item, key, now);
    });
    return recordsOf(keys, found);
  };
  return {
    get: async (keys) =>
      records(keys, await batchGet(calls.batchGet, { tableName, timeouts }, keys)),
    snapshot: async (keys) =>
      records(keys, await transactGet(calls.transactGet, { tableName, timeouts }, keys)),
  };
}

/** The time in epoch seconds. */
export function clock(): number {
  return Math.floor(Date.now() / 1000);
}
