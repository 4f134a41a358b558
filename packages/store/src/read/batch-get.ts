import type { Key } from "@portcullis/iam/store";
import { LIMITS, StoreUnavailable } from "../fault/error.ts";
import { isTransient, refusedUnless } from "../fault/fault.ts";
import { retryUntilDeadline, type Timeouts } from "../fault/retry.ts";
import { type Item, keyItem, nameOf } from "../item/item.ts";

export interface BatchGetInput {
  RequestItems: Record<string, { Keys: Item[]; ConsistentRead: true }>;
}

export interface BatchGetOutput {
  Responses?: Record<string, Item[]> | undefined;
  UnprocessedKeys?: Record<string, { Keys?: Item[] | undefined }> | undefined;
}

/** Sends one BatchGetItem. */
export type SendBatchGet = (input: BatchGetInput, signal: AbortSignal) => Promise<BatchGetOutput>;

/**
 * The items of up to 100 keys, by `nameOf`, strongly consistent. Sends one BatchGetItem, and more
 * only for keys that DynamoDB left unprocessed.
 * @throws {StoreUnavailable}
 */
export async function batchGet(
  send: SendBatchGet,
  { tableName, timeouts }: { readonly tableName: string; readonly timeouts: Timeouts },
  keys: readonly Key[],
): Promise<ReadonlyMap<string, Item>> {
  const wanted = distinct(keys);
  const found = new Map<string, Item>();
  if (wanted.size === 0) return found;
  await retryUntilDeadline(timeouts, isUnfinished, async (signal) => {
    const RequestItems = {
      [tableName]: { Keys: [...wanted.values()], ConsistentRead: true as const },
    };
    const output = await send({ RequestItems }, signal).catch(refusedUnless(isTransient));
    const items = output.Responses?.[tableName];
    if (!Array.isArray(items))
      throw new StoreUnavailable("malformed", "an answer of BatchGetItem without Responses");
    for (const item of items) {
      if (!wanted.has(nameOf(item)))
        throw new StoreUnavailable("malformed", "an answer with an item that was not asked for");
      found.set(nameOf(item), item);
    }
    const unprocessed = new Set((output.UnprocessedKeys?.[tableName]?.Keys ?? []).map(nameOf));
    for (const name of wanted.keys()) if (!unprocessed.has(name)) wanted.delete(name);
    if (wanted.size > 0) throw new Unprocessed(`${wanted.size} keys were left unprocessed`);
  });
  return found;
}

/** Each key once, by name, because DynamoDB refuses repeated keys. */
export function distinct(keys: readonly Key[]): Map<string, ReturnType<typeof keyItem>> {
  const items = keys.map(keyItem);
  const wanted = new Map(items.map((item) => [nameOf(item), item]));
  if (wanted.size > LIMITS.readKeys)
    throw new TypeError(`${wanted.size} keys: at most ${LIMITS.readKeys} can be read at once`);
  return wanted;
}

class Unprocessed extends Error {
  override readonly name = "Unprocessed";
}

const isUnfinished = (error: unknown): boolean =>
  error instanceof Unprocessed || isTransient(error);
