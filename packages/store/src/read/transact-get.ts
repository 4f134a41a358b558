import type { Key } from "@portcullis/iam/store";
import { StoreUnavailable } from "../fault/error.ts";
import { cancellationReasons, isBusy, isTransient, refusedUnless } from "../fault/fault.ts";
import { type Patience, untilDeadline } from "../fault/retry.ts";
import { type Item, nameOf } from "../item/item.ts";
import { distinct } from "./batch-get.ts";

export interface TransactGetInput {
  TransactItems: { Get: { TableName: string; Key: Item } }[];
}

export interface TransactGetOutput {
  Responses?: { Item?: Item | undefined }[] | undefined;
}

/** One TransactGetItems over the wire, however it is sent. */
export type SendTransactGet = (
  input: TransactGetInput,
  signal: AbortSignal,
) => Promise<TransactGetOutput>;

/**
 * The items of up to 100 keys, by `nameOf`, all as of one moment. DynamoDB refuses it while a transaction writes one of
 * them; it is asked again then.
 * @throws {StoreUnavailable}
 */
export async function transactGet(
  send: SendTransactGet,
  { tableName, patience }: { readonly tableName: string; readonly patience: Patience },
  keys: readonly Key[],
): Promise<ReadonlyMap<string, Item>> {
  const wanted = [...distinct(keys).values()];
  const found = new Map<string, Item>();
  if (wanted.length === 0) return found;
  const TransactItems = wanted.map((Key) => ({ Get: { TableName: tableName, Key } }));
  const responses = await untilDeadline(patience, isInTheWay, async (signal) => {
    const output = await send({ TransactItems }, signal).catch(refusedUnless(isInTheWay));
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

function isInTheWay(error: unknown): boolean {
  const codes = cancellationReasons(error).map((reason) => reason.Code);
  return isTransient(error) || codes.some((code) => code === "TransactionConflict" || isBusy(code));
}
