import { type DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";
import type { Store } from "@portcullis/iam/store";
import { readCallsThrough } from "./read/reader.ts";
import { type StoreCalls, type StoreOptions, storeOver } from "./store.ts";
import { writeCallsThrough } from "./write/write-calls.ts";

export interface DynamoStoreOptions extends StoreOptions {
  readonly client: DynamoDBClient;
}

/** The Store through the AWS SDK. */
export function dynamoStore({ client, ...options }: DynamoStoreOptions): Store {
  const calls = {
    ...readCallsThrough(client),
    query: (input, abortSignal) => client.send(new QueryCommand(input), { abortSignal }),
    ...writeCallsThrough(client),
  } satisfies StoreCalls;
  return storeOver(calls, options);
}
