import {
  BatchGetItemCommand,
  type DynamoDBClient,
  TransactGetItemsCommand,
} from "@aws-sdk/client-dynamodb";
import type { Reader } from "@portcullis/iam/store";
import { type ReadCalls, type ReaderOptions, readerOver } from "./reader-over.ts";

export { StoreUnavailable } from "../fault/error.ts";
export type { Timeouts } from "../fault/retry.ts";
export type { ReaderOptions } from "./reader-over.ts";

/** A Reader through the AWS SDK. Imports nothing that writes. */
export function dynamoReader(options: ReaderOptions & { readonly client: DynamoDBClient }): Reader {
  return readerOver(readCallsThrough(options.client), options);
}

/** A Reader's calls through the AWS SDK. */
export function readCallsThrough(client: DynamoDBClient): ReadCalls {
  return {
    batchGet: (input, abortSignal) => client.send(new BatchGetItemCommand(input), { abortSignal }),
    transactGet: (input, abortSignal) =>
      client.send(new TransactGetItemsCommand(input), { abortSignal }),
  };
}
