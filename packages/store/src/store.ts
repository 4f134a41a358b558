import { type DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";
import type { Key, Store } from "@portcullis/iam/store";
import { CONTROL_TIMEOUTS, type Timeouts } from "./fault/retry.ts";
import { countersOf, keyItem, nameOf } from "./item/item.ts";
import { batchGet } from "./read/batch-get.ts";
import { queryRange, type StoreReads } from "./read/query.ts";
import { readCallsThrough } from "./read/reader.ts";
import { clock, readerOver } from "./read/reader-over.ts";
import { transact } from "./write/transact.ts";

export interface DynamoStoreOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** The reading calls. Absent: through the client. */
  readonly reads?: StoreReads;
  /** The time in epoch seconds. */
  readonly nowSeconds?: () => number;
  readonly readTimeouts?: Timeouts;
  readonly writeTimeouts?: Timeouts;
}

/** The Store on a DynamoDB table (`TABLE`). */
export function dynamoStore(options: DynamoStoreOptions): Store {
  const { client, tableName, nowSeconds = clock } = options;
  const reading = { tableName, nowSeconds, timeouts: options.readTimeouts ?? CONTROL_TIMEOUTS };
  const writing = { tableName, nowSeconds, timeouts: options.writeTimeouts ?? CONTROL_TIMEOUTS };
  const reads = options.reads ?? readsThrough(client);
  async function countersOfAll(keys: readonly Key[]) {
    const items = await batchGet(reads.batchGet, reading, keys);
    return keys.map((key) => {
      const item = items.get(nameOf(keyItem(key)));
      return item ? countersOf(item, key) : {};
    });
  }
  return {
    ...readerOver(reads, reading),
    query: (range) => queryRange(reads.query, reading, range),
    async counters(key) {
      return (await countersOfAll([key]))[0] ?? {};
    },
    countersOfAll,
    transact: (writes) => transact(client, writing, writes),
  };
}

function readsThrough(client: DynamoDBClient): StoreReads {
  return {
    ...readCallsThrough(client),
    query: (input, abortSignal) => client.send(new QueryCommand(input), { abortSignal }),
  };
}
