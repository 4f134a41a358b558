import type { QueryCommandInput } from "@aws-sdk/client-dynamodb";
import type { Range, Store, Stored } from "@portcullis/iam/store";
import { isTransient, refusedUnless } from "../fault/fault.ts";
import { retryUntilDeadline, type Timeouts } from "../fault/retry.ts";
import {
  ATTRIBUTE,
  type Item,
  keyItem,
  LAST_CHARACTER,
  partitionValue,
  recordOf,
} from "../item/item.ts";
import type { ReadCalls } from "./reader-over.ts";

export interface QueryOutput {
  Items?: Item[] | undefined;
  LastEvaluatedKey?: Item | undefined;
}

/** Sends one Query. */
export type SendQuery = (input: QueryCommandInput, signal: AbortSignal) => Promise<QueryOutput>;

/** The DynamoDB calls of a Store's reads. */
export interface StoreReads extends ReadCalls {
  readonly query: SendQuery;
}

export interface QueryOptions {
  readonly tableName: string;
  readonly nowSeconds: () => number;
  readonly timeouts: Timeouts;
}

/** Reads a range, page by page, until `limit` records that have not expired are found. */
export async function queryRange(
  send: SendQuery,
  options: QueryOptions,
  range: Range,
): ReturnType<Store["query"]> {
  if (!Number.isSafeInteger(range.limit) || range.limit < 1)
    throw new TypeError(`a limit of ${range.limit}`);
  const start = startOf(range);
  if (start === "empty") return { records: [], more: false };

  const records: Stored[] = [];
  let from = start === "beginning" ? undefined : keyItem({ ...range, sort: start.after });
  do {
    // One more than the limit shows whether there are more.
    const page = await queryPage(
      send,
      options,
      { ...inputOf(range, options.tableName), Limit: range.limit + 1 - records.length },
      from,
    );
    const now = options.nowSeconds();
    for (const item of page.items) {
      const record = recordOf(
        item,
        { account: range.account, partition: range.partition, sort: item[ATTRIBUTE.sort]?.S ?? "" },
        now,
      );
      if (record) records.push(record);
    }
    from = page.next;
  } while (from !== undefined && records.length <= range.limit);
  return { records: records.slice(0, range.limit), more: records.length > range.limit };
}

async function queryPage(
  send: SendQuery,
  options: QueryOptions,
  input: QueryCommandInput,
  from: Item | undefined,
): Promise<{
  readonly items: readonly Item[];
  readonly next: ReturnType<typeof keyItem> | undefined;
}> {
  return retryUntilDeadline(options.timeouts, isTransient, async (abortSignal) => {
    const output = await send(
      from === undefined ? input : { ...input, ExclusiveStartKey: from },
      abortSignal,
    ).catch(refusedUnless(isTransient));
    const { pk, sk } = output.LastEvaluatedKey ?? {};
    const next =
      pk?.S === undefined || sk?.S === undefined ? undefined : { pk: { S: pk.S }, sk: { S: sk.S } };
    return { items: output.Items ?? [], next };
  });
}

/**
 * The input of a Query. A prefix becomes the range from itself to the last text that begins with
 * it, because `begins_with` of the embedded engine ignores case.
 */
function inputOf({ prefix, reverse, ...range }: Range, tableName: string): QueryCommandInput {
  const bounds = prefix ? { ":from": { S: prefix }, ":to": { S: prefix + LAST_CHARACTER } } : {};
  return {
    TableName: tableName,
    ConsistentRead: true,
    ScanIndexForward: reverse !== true,
    KeyConditionExpression: prefix ? "pk = :pk AND sk BETWEEN :from AND :to" : "pk = :pk",
    ExpressionAttributeValues: { ":pk": { S: partitionValue(range) }, ...bounds },
  };
}

/**
 * The start of a range. DynamoDB refuses a start key outside the key condition's range, so an
 * `after` outside the prefix is handled here: the whole range follows it, or nothing does.
 */
function startOf({
  prefix = "",
  after,
  reverse = false,
}: Range): "beginning" | "empty" | { readonly after: string } {
  if (after === undefined) return "beginning";
  if (after === "") return reverse ? "empty" : "beginning";
  if (after.startsWith(prefix)) return { after };
  const beforePrefix = Buffer.compare(Buffer.from(after), Buffer.from(prefix)) < 0;
  return beforePrefix === reverse ? "empty" : "beginning";
}
