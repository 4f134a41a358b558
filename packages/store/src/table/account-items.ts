import {
  BatchWriteItemCommand,
  type DynamoDBClient,
  ScanCommand,
  type WriteRequest,
} from "@aws-sdk/client-dynamodb";
import type { Key } from "@portcullis/iam/store";
import { StoreUnavailable } from "../fault/error.ts";
import { isTransient, refusedUnless } from "../fault/fault.ts";
import { retryUntilDeadline, type Timeouts } from "../fault/retry.ts";
import {
  ATTRIBUTE,
  countersOf,
  type Item,
  keyItem,
  nameOf,
  partitionValue,
  recordOf,
} from "../item/item.ts";
import { firstVersion } from "../write/transact.ts";

/** An item of an account in the table: a record, or counters. */
export interface AccountItem {
  readonly key: Key;
  readonly record?: {
    readonly data: unknown;
    /** The version as read. Written items get a new one. */
    readonly version?: number;
    /** Epoch seconds. */
    readonly expiresAt?: number;
  };
  readonly counters?: Readonly<Record<string, number>>;
}

/** The table for an operator's background jobs, without the Store's conditions and transactions. */
export interface ItemTable {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /**
   * The rate of a scan. A page is 1 MB, or 256 strongly consistent read units, and a physical
   * partition serves 3,000 a second. Four pages leave two thirds of it to other requests.
   * @default unlimited
   */
  readonly pagesPerSecond?: number;
  readonly timeouts?: Timeouts;
}

/** The position of a scan: the key of the last item that it read, of any account. */
export interface ScanPosition {
  readonly pk: string;
  readonly sk: string;
}

export interface AccountPage {
  readonly items: readonly AccountItem[];
  /** The position to continue after. Undefined at the end. */
  readonly next: ScanPosition | undefined;
}

const TIMEOUTS: Timeouts = { deadlineMilliseconds: 60_000, attemptMilliseconds: 15_000 };
const WRITES_AT_ONCE = 25;
/**
 * About the 1 MB that DynamoDB reads for a page anyway. Without a limit the embedded engine reads all
 * that follows for each page, so that a scan took the square of the table's size.
 */
const PAGE_ITEMS = 2_000;

/**
 * All items of one account, expired ones included, strongly consistent, in pages without order.
 * Pages may be empty.
 *
 * Scans the whole table, because no index has an account's partitions: one read unit for every 4 KB
 * of all accounts, and a minute or more for each gigabyte. For an operator's background jobs, never
 * for a request.
 * @throws {StoreUnavailable}
 */
export async function* accountPages(
  table: ItemTable,
  account: string,
  after?: ScanPosition,
): AsyncGenerator<AccountPage, void, undefined> {
  const {
    client,
    tableName,
    pagesPerSecond = Number.POSITIVE_INFINITY,
    timeouts = TIMEOUTS,
  } = table;
  const prefix = partitionValue({ account, partition: "" });
  let position = after;
  do {
    const started = performance.now();
    const from = position && { pk: { S: position.pk }, sk: { S: position.sk } };
    const output = await retryUntilDeadline(timeouts, isTransient, (abortSignal) => {
      const command = new ScanCommand({
        TableName: tableName,
        ConsistentRead: true,
        FilterExpression: "begins_with(pk, :prefix)",
        ExpressionAttributeValues: { ":prefix": { S: prefix } },
        ExclusiveStartKey: from,
        Limit: PAGE_ITEMS,
      });
      return client.send(command, { abortSignal }).catch(refusedUnless(isTransient));
    });
    const { pk, sk } = output.LastEvaluatedKey ?? {};
    position = pk?.S === undefined || sk?.S === undefined ? undefined : { pk: pk.S, sk: sk.S };
    yield {
      items: (output.Items ?? []).map((item) => accountItemOf(item, account, prefix)),
      next: position,
    };
    const pauseMilliseconds = 1000 / pagesPerSecond - (performance.now() - started);
    if (position !== undefined && pauseMilliseconds > 0)
      await new Promise((resolve) => setTimeout(resolve, pauseMilliseconds));
  } while (position !== undefined);
}

/**
 * Writes items over existing ones, in batches that are not transactions: concurrent readers see
 * some of them. Their versions are new, so a writer that read an earlier item gets a conflict.
 * @throws {StoreUnavailable} after which some may have been written
 */
export async function putAccountItems(
  table: ItemTable,
  items: readonly AccountItem[],
): Promise<void> {
  const version = firstVersion();
  const requests = items.map((item) => ({ PutRequest: { Item: storedItem(item, version) } }));
  await writeAll(table, requests);
}

/** Deletes items without conditions. @throws {StoreUnavailable} after which some may be deleted */
export async function deleteAccountItems(table: ItemTable, keys: readonly Key[]): Promise<void> {
  const requests = keys.map((key) => ({ DeleteRequest: { Key: keyItem(key) } }));
  await writeAll(table, requests);
}

async function writeAll(
  { client, tableName, timeouts = TIMEOUTS }: ItemTable,
  requests: readonly WriteRequest[],
): Promise<void> {
  for (let start = 0; start < requests.length; start += WRITES_AT_ONCE) {
    let left = requests.slice(start, start + WRITES_AT_ONCE);
    await retryUntilDeadline(timeouts, isUnfinished, async (abortSignal) => {
      const command = new BatchWriteItemCommand({ RequestItems: { [tableName]: left } });
      const output = await client.send(command, { abortSignal }).catch(refusedUnless(isTransient));
      left = output.UnprocessedItems?.[tableName] ?? [];
      if (left.length > 0) throw new Unprocessed(`${left.length} items were left unprocessed`);
    });
  }
}

class Unprocessed extends Error {
  override readonly name = "Unprocessed";
}

const isUnfinished = (error: unknown): boolean =>
  error instanceof Unprocessed || isTransient(error);

function accountItemOf(item: Item, account: string, prefix: string): AccountItem {
  const pk = item[ATTRIBUTE.partition]?.S ?? "";
  // Checks DynamoDB's filter, because these items are deleted or exported.
  if (!pk.startsWith(prefix))
    throw new StoreUnavailable("malformed", `a scan for ${prefix} found ${nameOf(item)}`);
  const key: Key = {
    account,
    partition: pk.slice(prefix.length),
    sort: item[ATTRIBUTE.sort]?.S ?? "",
  };
  const expires = item[ATTRIBUTE.expires]?.N;
  // Includes expired items, which DynamoDB deletes some days later.
  const record = recordOf(item, key, Number.NEGATIVE_INFINITY);
  if (record === undefined) return { key, counters: countersOf(item, key) };
  const { data, version } = record;
  const expiry = expires === undefined ? {} : { expiresAt: Number(expires) };
  return { key, record: { data, version, ...expiry } };
}

function storedItem({ key, record, counters = {} }: AccountItem, version: number): Item {
  const counts = Object.entries(counters).map(([name, count]) => [
    ATTRIBUTE.counterPrefix + name,
    { N: String(count) },
  ]);
  if (record === undefined) return { ...keyItem(key), ...Object.fromEntries(counts) };
  return {
    ...keyItem(key),
    [ATTRIBUTE.data]: { S: JSON.stringify(record.data) },
    [ATTRIBUTE.version]: { N: String(version) },
    ...(record.expiresAt === undefined
      ? {}
      : { [ATTRIBUTE.expires]: { N: String(record.expiresAt) } }),
  };
}
