import { randomUUID } from "node:crypto";
import {
  DeleteItemCommand,
  type DynamoDBClient,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { Conflict, QuotaReached, type Write } from "@portcullis/iam/store";
import { LIMITS, TooLarge } from "../fault/error.ts";
import { cancellationReasons, isBusy, isTransient, refused } from "../fault/fault.ts";
import { type Patience, untilDeadline } from "../fault/retry.ts";
import { keyItem, nameOf } from "../item/item.ts";
import { encodeWrite } from "./encode-write.ts";

export interface TransactOptions {
  readonly tableName: string;
  readonly nowSeconds: () => number;
  readonly patience: Patience;
}

/**
 * All of the writes or none.
 * @throws {Conflict} @throws {QuotaReached} @throws {TooLarge}
 * @throws {StoreUnavailable} `deadline`: whether the writes happened is unknown; else they did not
 */
export async function transact(
  client: DynamoDBClient,
  options: TransactOptions,
  writes: readonly Write[],
): Promise<void> {
  if (writes.length === 0) return;
  refuseUnfit(writes);
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
  const send = sender(client, writes, items);
  await untilDeadline(options.patience, isWorthAnotherAttempt, async (signal) => {
    try {
      await send(signal);
    } catch (error) {
      throw isWorthAnotherAttempt(error) ? error : meaningOf(error, writes);
    }
  });
}

/**
 * A transaction carries one token through all attempts, so that an attempt whose answer was lost is not applied again
 * (DynamoDB remembers it for ten minutes). A single write without a condition may safely be made twice: it goes alone,
 * for half the write units.
 */
function sender(
  client: DynamoDBClient,
  writes: readonly Write[],
  items: TransactWriteItem[],
): (signal: AbortSignal) => Promise<unknown> {
  const [write] = writes;
  const [item] = items;
  if (writes.length === 1 && write && "expect" in write && write.expect === "any") {
    if (item?.Delete) {
      const command = new DeleteItemCommand(item.Delete);
      return (abortSignal) => client.send(command, { abortSignal });
    }
    if (item?.Update) {
      const command = new UpdateItemCommand(item.Update);
      return (abortSignal) => client.send(command, { abortSignal });
    }
  }
  const command = new TransactWriteItemsCommand({
    TransactItems: items,
    ClientRequestToken: randomUUID(),
  });
  return (abortSignal) => client.send(command, { abortSignal });
}

/**
 * The version of the records that a transaction makes: later than any that a record of the same key had before, since
 * records grow by far less than a million versions a second. When somebody deletes a record and makes it anew, whoever
 * read the old one must not take the new one for it. One for the whole transaction, so that copies made together have
 * the same.
 */
export function firstVersion(): number {
  return Date.now() * 1_000 + Math.floor(Math.random() * 1_000);
}

function refuseUnfit(writes: readonly Write[]): void {
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

function isWorthAnotherAttempt(error: unknown): boolean {
  const codes = cancellationReasons(error).map((reason) => reason.Code);
  return isTransient(error) || (codes.some(isBusy) && !codes.includes("ConditionalCheckFailed"));
}

function meaningOf(error: unknown, writes: readonly Write[]): Error {
  if (error instanceof Error && error.name === "TransactionConflictException")
    return new Conflict([]);
  if (error instanceof Error && /item size .*exceeded/i.test(error.message)) return tooLarge(error);
  const reasons = cancellationReasons(error);
  const failed = writes.filter((_, index) => reasons[index]?.Code === "ConditionalCheckFailed");
  const expectations = failed.filter((write) => write.kind !== "count");
  // Read again first, then see whether the quota still stands in the way.
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
