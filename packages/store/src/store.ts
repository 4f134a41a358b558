import { type DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";
import type { Key, Store } from "@portcullis/iam/store";
import { CONTROL_PATIENCE, type Patience } from "./fault/retry.ts";
import { countersOf, keyItem, nameOf } from "./item/item.ts";
import { batchGet } from "./read/batch-get.ts";
import { queryRange, type StoreReads } from "./read/query.ts";
import { readCallsThrough } from "./read/reader.ts";
import { clock, readerOver } from "./read/reader-over.ts";
import { transact } from "./write/transact.ts";

export interface DynamoStoreOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** How reads are sent, when not through the client. */
  readonly reads?: StoreReads;
  /** The time in epoch seconds. */
  readonly nowSeconds?: () => number;
  readonly readPatience?: Patience;
  readonly writePatience?: Patience;
}

/** The Store on one DynamoDB table (see `TABLE`). */
export function dynamoStore(options: DynamoStoreOptions): Store {
  const { client, tableName, nowSeconds = clock } = options;
  const reading = { tableName, nowSeconds, patience: options.readPatience ?? CONTROL_PATIENCE };
  const writing = { tableName, nowSeconds, patience: options.writePatience ?? CONTROL_PATIENCE };
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
