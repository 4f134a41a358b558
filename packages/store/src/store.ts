import type { Key, Store } from "@portcullis/iam/store";
import { CONTROL_TIMEOUTS, type Timeouts } from "./fault/retry.ts";
import { countersOf, keyItem, nameOf } from "./item/item.ts";
import { batchGet } from "./read/batch-get.ts";
import { queryRange, type StoreReads } from "./read/query.ts";
import { clock, readerOver } from "./read/reader-over.ts";
import { transact } from "./write/transact.ts";
import type { WriteCalls } from "./write/write-calls.ts";

export interface StoreOptions {
  readonly tableName: string;
  /** The time in epoch seconds. */
  readonly nowSeconds?: () => number;
  readonly readTimeouts?: Timeouts;
  readonly writeTimeouts?: Timeouts;
}

/** The DynamoDB calls of a Store. Deadlines, retries and what errors mean are the Store's. */
export interface StoreCalls extends StoreReads, WriteCalls {}

/** The Store on a DynamoDB table (`TABLE`), over any implementation of its calls. */
export function storeOver(calls: StoreCalls, options: StoreOptions): Store {
  const { tableName, nowSeconds = clock } = options;
  const reading = { tableName, nowSeconds, timeouts: options.readTimeouts ?? CONTROL_TIMEOUTS };
  const writing = { tableName, nowSeconds, timeouts: options.writeTimeouts ?? CONTROL_TIMEOUTS };
  async function countersOfAll(keys: readonly Key[]) {
    const items = await batchGet(calls.batchGet, reading, keys);
    return keys.map((key) => {
      const item = items.get(nameOf(keyItem(key)));
      return item ? countersOf(item, key) : {};
    });
  }
  return {
    ...readerOver(calls, reading),
    query: (range) => queryRange(calls.query, reading, range),
    async counters(key) {
      return (await countersOfAll([key]))[0] ?? {};
    },
    countersOfAll,
    transact: (writes) => transact(calls, writing, writes),
  };
}
