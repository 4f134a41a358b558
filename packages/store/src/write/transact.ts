import { randomUUID } from "node:crypto";
import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import { Conflict, QuotaReached, type Write } from "@portcullis/iam/store";
import { LIMITS, TooLarge } from "../fault/error.ts";
import { cancellationReasons, isThrottling, isTransient, refused } from "../fault/fault.ts";
import { retryUntilDeadline, type Timeouts } from "../fault/retry.ts";
import { keyItem, nameOf } from "../item/item.ts";
import { encodeWrite } from "./encode-write.ts";
import type { WriteCalls } from "./write-calls.ts";

export interface TransactOptions {
  readonly tableName: string;
  readonly nowSeconds: () => number;
  readonly timeouts: Timeouts;
}

/**
 * Makes all of the writes or none.
 * @throws {Conflict} @throws {QuotaReached} @throws {TooLarge}
 * @throws {StoreUnavailable} `deadline`: the writes may have happened; else they did not
 */
export async function transact(
  calls: WriteCalls,
  options: TransactOptions,
  writes: readonly Write[],
): Promise<void> {
  if (writes.length === 0) return;
  checkSize(writes);
  const context = {
    tableName: options.tableName,
    nowSeconds: options.nowSeconds(),
    firstVersion: firstVersion(),
  };
  const encoded = writes.map((write) => encodeWrite(write, context));
  const bytes = encoded.reduce((sum, write) => sum + write.bytes, 0);
  if (bytes > LIMITS.transaction)
    throw new TooLarge(
      "transaction",
      `a transaction of ${bytes} bytes: DynamoDB takes ${LIMITS.transaction}`,
    );

  const items = encoded.map((write) => write.item);
  const send = sender(calls, writes, items);
  await retryUntilDeadline(options.timeouts, isRetryable, async (signal) => {
    try {
      await send(signal);
    } catch (error) {
      throw isRetryable(error) ? error : storeErrorOf(error, writes);
    }
  });
}

/**
 * Sends the writes. All attempts of a transaction have one token, so that DynamoDB does not repeat
 * one whose answer was lost; it remembers tokens for ten minutes. A single write without a
 * condition is idempotent and is sent without a transaction, at half the write units.
 */
function sender(
  calls: WriteCalls,
  writes: readonly Write[],
  items: TransactWriteItem[],
): (signal: AbortSignal) => Promise<unknown> {
  const [write] = writes;
  const [item] = items;
  if (writes.length === 1 && write && "expect" in write && write.expect === "any") {
    const { Delete, Update } = item ?? {};
    if (Delete) return (signal) => calls.deleteItem(Delete, signal);
    if (Update) return (signal) => calls.updateItem(Update, signal);
  }
  const input = { TransactItems: items, ClientRequestToken: randomUUID() };
  return (signal) => calls.transactWrite(input, signal);
}

/**
 * The version of the records that a transaction creates. It is greater than all earlier versions of
 * the same key, because records gain far fewer than a million versions a second. So a record that
 * was deleted and created again is never taken for the old one. One for the whole transaction, so
 * that copies created together are equal.
 */
export function firstVersion(): number {
  return Date.now() * 1_000 + Math.floor(Math.random() * 1_000);
}

function checkSize(writes: readonly Write[]): void {
  if (writes.length > LIMITS.transactionWrites) {
    throw new TooLarge(
      "transaction",
      `a transaction of ${writes.length} writes: DynamoDB takes ${LIMITS.transactionWrites}`,
    );
  }
  const names = new Set(writes.map((write) => nameOf(keyItem(write.key))));
  if (names.size < writes.length)
    throw new TypeError("two writes of one transaction have the same key");
}

function isRetryable(error: unknown): boolean {
  const codes = cancellationReasons(error).map((reason) => reason.Code);
  return (
    isTransient(error) || (codes.some(isThrottling) && !codes.includes("ConditionalCheckFailed"))
  );
}

function storeErrorOf(error: unknown, writes: readonly Write[]): Error {
  if (error instanceof Error && error.name === "TransactionConflictException")
    return new Conflict([]);
  if (error instanceof Error && /item size .*exceeded/i.test(error.message)) return tooLarge(error);
  const reasons = cancellationReasons(error);
  const failed = writes.filter((_, index) => reasons[index]?.Code === "ConditionalCheckFailed");
  const expectations = failed.filter((write) => write.kind !== "count");
  // A conflict comes first: after reading again, the quota may no longer be reached.
  if (expectations.length > 0) return new Conflict(expectations.map((write) => write.key));
  for (const write of failed) {
    if (write.kind === "count" && write.atMost !== undefined)
      return new QuotaReached(write.key, write.counter, write.atMost);
  }
  if (reasons.some((reason) => reason.Code === "TransactionConflict")) return new Conflict([]);
  if (reasons.some((reason) => /item size .*exceeded/i.test(reason.Message ?? "")))
    return tooLarge(error);
  return refused(error);
}

function tooLarge(error: unknown): TooLarge {
  return new TooLarge(
    "record",
    `a record is larger than DynamoDB takes (${LIMITS.item} bytes)`,
    undefined,
    error,
  );
}
