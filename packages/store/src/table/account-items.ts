import {
  BatchWriteItemCommand,
  type DynamoDBClient,
  ScanCommand,
  type WriteRequest,
} from "@aws-sdk/client-dynamodb";
import type { Key } from "@portcullis/iam/store";
import { StoreUnavailable } from "../fault/error.ts";
import { isTransient, refusedUnless } from "../fault/fault.ts";
import { type Patience, untilDeadline } from "../fault/retry.ts";
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

/** An item of an account as the table holds it: a record, or counters. */
export interface AccountItem {
  readonly key: Key;
  readonly record?: {
    readonly data: unknown;
    /** As it was read; what is written gets a new one. */
    readonly version?: number;
    /** Epoch seconds. */
    readonly expiresAt?: number;
  };
  readonly counters?: Readonly<Record<string, number>>;
}

/** The table as an operator's background work reaches it, past the Store: no conditions, no transactions. */
export interface ItemTable {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /**
   * How fast to scan. A page is 1 MB, 256 strong read units, and pages come from one partition of the table after another, of
   * which each answers 3,000 a second: four pages leave two thirds of it to those who are being served.
   * @default unlimited
   */
  readonly pagesPerSecond?: number;
  readonly patience?: Patience;
}

/** Where a scan stands: the key of the item that it looked at last, anybody's. */
export interface ScanPosition {
  readonly pk: string;
  readonly sk: string;
}

export interface AccountPage {
  readonly items: readonly AccountItem[];
  /** Go on after this; undefined: that was all. */
  readonly next: ScanPosition | undefined;
}

const PATIENCE: Patience = { deadlineMilliseconds: 60_000, attemptMilliseconds: 15_000 };
const WRITES_AT_ONCE = 25;

/**
 * All items of one account, strongly consistent, page by page and in no order, those that have expired too; pages may be empty.
 *
 * It scans the whole table, since no index knows an account's partitions: one read unit for every 4 KB that anybody stores, and a
 * minute or more for each gigabyte. For background work of the operator, never for a request.
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
    patience = PATIENCE,
  } = table;
  const prefix = partitionValue({ account, partition: "" });
  let position = after;
  do {
    const started = performance.now();
    const from = position && { pk: { S: position.pk }, sk: { S: position.sk } };
    const output = await untilDeadline(patience, isTransient, (abortSignal) => {
      const command = new ScanCommand({
        TableName: tableName,
        ConsistentRead: true,
        FilterExpression: "begins_with(pk, :prefix)",
        ExpressionAttributeValues: { ":prefix": { S: prefix } },
        ExclusiveStartKey: from,
      });
      return client.send(command, { abortSignal }).catch(refusedUnless(isTransient));
    });
    const { pk, sk } = output.LastEvaluatedKey ?? {};
    position = pk?.S === undefined || sk?.S === undefined ? undefined : { pk: pk.S, sk: sk.S };
    yield {
      items: (output.Items ?? []).map((item) => accountItemOf(item, account, prefix)),
      next: position,
    };
    const early = 1000 / pagesPerSecond - (performance.now() - started);
    if (position !== undefined && early > 0)
      await new Promise((resolve) => setTimeout(resolve, early));
  } while (position !== undefined);
}

/**
 * Writes items as they are, over what is there, in batches that are no transactions; who reads meanwhile sees some of them. Their
 * versions are new ones: whoever read what was there before conflicts with it.
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

/** Deletes items whatever they hold. @throws {StoreUnavailable} after which some may have been deleted */
export async function deleteAccountItems(table: ItemTable, keys: readonly Key[]): Promise<void> {
  const requests = keys.map((key) => ({ DeleteRequest: { Key: keyItem(key) } }));
  await writeAll(table, requests);
}

async function writeAll(
  { client, tableName, patience = PATIENCE }: ItemTable,
  requests: readonly WriteRequest[],
): Promise<void> {
  for (let start = 0; start < requests.length; start += WRITES_AT_ONCE) {
    let left = requests.slice(start, start + WRITES_AT_ONCE);
    await untilDeadline(patience, isUnfinished, async (abortSignal) => {
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
  // The filter is DynamoDB's to apply and ours to check: what is found here is deleted, or leaves the installation.
  if (!pk.startsWith(prefix))
    throw new StoreUnavailable("malformed", `a scan for ${prefix} found ${nameOf(item)}`);
  const key: Key = {
    account,
    partition: pk.slice(prefix.length),
    sort: item[ATTRIBUTE.sort]?.S ?? "",
  };
  const expires = item[ATTRIBUTE.expires]?.N;
  // Expired ones too: they are there until DynamoDB deletes them, some days later.
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
