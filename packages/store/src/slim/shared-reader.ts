import type { Reader } from "@portcullis/iam/store";
import { readerOver } from "../read/reader-over.ts";
import { sharedBatchGet } from "../read/shared-batch-get.ts";
import { type SlimReaderOptions, slimDynamo, slimReadCalls } from "./slim-reader.ts";

/** Many more than are needed while DynamoDB answers in a few milliseconds. */
const CALLS_AT_ONCE = 50;

/**
 * The same Reader as `slimReader`, for servers: decisions that are made at the same time share
 * calls.
 * @param atOnce how many calls may be under way
 */
export function sharedReader(options: SlimReaderOptions, atOnce: number = CALLS_AT_ONCE): Reader {
  const calls = slimReadCalls(slimDynamo(options));
  const { tableName } = options;
  return readerOver(
    { ...calls, batchGet: sharedBatchGet(calls.batchGet, { tableName, atOnce }) },
    options,
  );
}
