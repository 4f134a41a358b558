import type { QueryCommandInput } from "@aws-sdk/client-dynamodb";
import type { Range, Store, Stored } from "@portcullis/iam/store";
import { isTransient, refusedUnless } from "../fault/fault.ts";
import { type Patience, untilDeadline } from "../fault/retry.ts";
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

/** One Query over the wire, however it is sent. */
export type SendQuery = (input: QueryCommandInput, signal: AbortSignal) => Promise<QueryOutput>;

/** The calls that a Store's reading needs. */
export interface StoreReads extends ReadCalls {
  readonly query: SendQuery;
}

export interface QueryOptions {
  readonly tableName: string;
  readonly nowSeconds: () => number;
  readonly patience: Patience;
}

/** One range of a partition, page by page until `limit` records that have not expired are found. */
export async function queryRange(
  send: SendQuery,
  options: QueryOptions,
  range: Range,
): ReturnType<Store["query"]> {
  if (!Number.isSafeInteger(range.limit) || range.limit < 1)
    throw new TypeError(`a limit of ${range.limit}`);
  const start = startOf(range);
  if (start === "nowhere") return { records: [], more: false };

  const records: Stored[] = [];
  let from = start === "beginning" ? undefined : keyItem({ ...range, sort: start.after });
  do {
    // One more than asked for tells whether there are more.
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
  return untilDeadline(options.patience, isTransient, async (abortSignal) => {
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
 * A prefix is asked for as the range from itself to the last text that begins with it, which is the same on DynamoDB:
 * the embedded engine's `begins_with` takes capital and small letters for one.
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
 * Where reading starts. DynamoDB refuses a start key outside the range that the key condition names, so an `after`
 * beyond the prefix is settled here: the whole range lies ahead of it, or nothing does.
 */
function startOf({
  prefix = "",
  after,
  reverse = false,
}: Range): "beginning" | "nowhere" | { readonly after: string } {
  if (after === undefined) return "beginning";
  if (after === "") return reverse ? "nowhere" : "beginning";
  if (after.startsWith(prefix)) return { after };
  const beforePrefix = Buffer.compare(Buffer.from(after), Buffer.from(prefix)) < 0;
  return beforePrefix === reverse ? "nowhere" : "beginning";
}
