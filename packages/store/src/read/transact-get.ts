import type { Key } from "@portcullis/iam/store";
import { StoreUnavailable, TooLarge } from "../fault/error.ts";
import { cancellationReasons, isThrottling, isTransient, refusedUnless } from "../fault/fault.ts";
import { retryUntilDeadline, type Timeouts } from "../fault/retry.ts";
import { type Item, nameOf } from "../item/item.ts";
import { distinct } from "./batch-get.ts";

interface TransactGetInput {
  TransactItems: { Get: { TableName: string; Key: Item } }[];
}

export interface TransactGetOutput {
  Responses?: { Item?: Item | undefined }[] | undefined;
}

/** Sends one TransactGetItems. */
export type SendTransactGet = (
  input: TransactGetInput,
  signal: AbortSignal,
) => Promise<TransactGetOutput>;

/**
 * The items of up to 100 keys, by `nameOf`, as of one moment. Retries while a transaction is
 * writing one of them.
 * @throws {StoreUnavailable}
 * @throws {TooLarge} if the items may exceed 4 MB together: fewer keys may be read
 */
export async function transactGet(
  send: SendTransactGet,
  { tableName, timeouts }: { readonly tableName: string; readonly timeouts: Timeouts },
  keys: readonly Key[],
): Promise<ReadonlyMap<string, Item>> {
  const wanted = [...distinct(keys).values()];
  const found = new Map<string, Item>();
  if (wanted.length === 0) return found;
  const TransactItems = wanted.map((Key) => ({ Get: { TableName: tableName, Key } }));
  const responses = await retryUntilDeadline(timeouts, isRetryable, async (signal) => {
    const output = await send({ TransactItems }, signal).catch((error: unknown) => {
      if (isInvalid(error) && wanted.length > 1) throw tooLarge(wanted.length, error);
      return refusedUnless(isRetryable)(error);
    });
    return output.Responses;
  });
  if (!Array.isArray(responses) || responses.length !== wanted.length) {
    throw new StoreUnavailable(
      "malformed",
      "an answer of TransactGetItems without a response for each key",
    );
  }
  wanted.forEach((key, index) => {
    const item = responses[index]?.Item;
    if (item === undefined) return;
    if (nameOf(item) !== nameOf(key))
      throw new StoreUnavailable("malformed", "an answer with an item that was not asked for");
    found.set(nameOf(item), item);
  });
  return found;
}

function isRetryable(error: unknown): boolean {
  const codes = cancellationReasons(error).map((reason) => reason.Code);
  return (
    isTransient(error) || codes.some((code) => code === "TransactionConflict" || isThrottling(code))
  );
}

/**
 * The keys are valid, so what DynamoDB finds invalid is the size of the items together
 * (API_TransactGetItems). It does not say so in a documented form.
 */
const isInvalid = (error: unknown): boolean =>
  (error instanceof Error && error.name === "ValidationException") ||
  cancellationReasons(error).some(({ Code }) => Code === "ValidationError");

const tooLarge = (count: number, cause: unknown): TooLarge =>
  new TooLarge("transaction", `${count} items exceed 4 MB together`, undefined, cause);
