import { LIMITS, StoreUnavailable } from "../fault/error.ts";
import { isTransient } from "../fault/fault.ts";
import { type Item, nameOf } from "../item/item.ts";
import type { BatchGetInput, BatchGetOutput, SendBatchGet } from "./batch-get.ts";

/** A call that waits for its turn. */
interface Waiting {
  readonly keys: ReadonlyMap<string, Item>;
  readonly signal: AbortSignal;
  resolve(output: BatchGetOutput): void;
  reject(error: unknown): void;
}

/**
 * For servers that make many decisions at once: calls that begin in one turn of the event loop, or
 * that wait until fewer than `atOnce` are under way, are sent as one. So the busier the process is,
 * the fewer calls a decision takes. Each caller gets its own keys alone, is read after it asked,
 * and keeps its own deadline and retries: neither keys that are throttled nor keys that DynamoDB
 * refuses keep the others from their answer. A call waits for the end of its turn, which gains
 * nothing where requests are answered one by one.
 */
export function sharedBatchGet(
  send: SendBatchGet,
  { tableName, atOnce }: { readonly tableName: string; readonly atOnce: number },
): SendBatchGet {
  const waiting: Waiting[] = [];
  let underWay = 0;
  let isPlanned = false;
  const plan = () => {
    if (isPlanned || waiting.length === 0) return;
    isPlanned = true;
    setImmediate(start);
  };
  const start = () => {
    isPlanned = false;
    while (waiting.length > 0 && underWay < atOnce) {
      underWay++;
      void sendGroup(send, tableName, takeGroup(waiting)).then(() => {
        underWay--;
        plan();
      });
    }
  };
  return ({ RequestItems }, signal) =>
    new Promise((resolve, reject) => {
      const keys = new Map(RequestItems[tableName]?.Keys.map((key) => [nameOf(key), key]));
      waiting.push({ keys, signal, resolve, reject });
      plan();
    });
}

/** Takes from the front as many as one call can read. */
function takeGroup(waiting: Waiting[]): readonly Waiting[] {
  const names = new Set<string>();
  let end = 0;
  for (const { keys } of waiting) {
    for (const name of keys.keys()) names.add(name);
    if (end > 0 && names.size > LIMITS.readKeys) break;
    end++;
  }
  return waiting.splice(0, end);
}

/** Sends one call for all who still wait. Never rejects. */
async function sendGroup(
  send: SendBatchGet,
  tableName: string,
  group: readonly Waiting[],
): Promise<void> {
  const asking = group.filter(({ signal }) => !signal.aborted);
  if (asking.length === 0) return;
  try {
    const keys = new Map(asking.flatMap((one) => [...one.keys]));
    const output = await send(inputOf(tableName, keys), whenAllAborted(asking));
    const parts = partsOf(output, tableName, keys);
    for (const one of asking) one.resolve(parts(one.keys));
  } catch (error) {
    if (isTransient(error) || error instanceof StoreUnavailable || asking.length === 1)
      for (const { reject } of asking) reject(error);
    else for (const one of asking) await sendGroup(send, tableName, [one]);
  }
}

const inputOf = (tableName: string, keys: ReadonlyMap<string, Item>): BatchGetInput => ({
  RequestItems: { [tableName]: { Keys: [...keys.values()], ConsistentRead: true } },
});

/**
 * What of an output belongs to which keys.
 * @throws {StoreUnavailable} `malformed` if it has items that nobody asked for
 */
function partsOf(
  { Responses, UnprocessedKeys }: BatchGetOutput,
  tableName: string,
  asked: ReadonlyMap<string, Item>,
): (keys: ReadonlyMap<string, Item>) => BatchGetOutput {
  const items = Responses?.[tableName];
  // Each caller refuses an answer without items itself.
  if (!Array.isArray(items)) return () => ({});
  const found = new Map(items.map((item) => [nameOf(item), item]));
  for (const name of found.keys())
    if (!asked.has(name))
      throw new StoreUnavailable("malformed", "an answer with an item that was not asked for");
  const unprocessed = new Set((UnprocessedKeys?.[tableName]?.Keys ?? []).map(nameOf));
  return (keys) => {
    const items = [...keys.keys()].map((name) => found.get(name));
    const left = [...keys].filter(([name]) => unprocessed.has(name)).map(([, key]) => key);
    return {
      Responses: { [tableName]: items.filter((item) => item !== undefined) },
      UnprocessedKeys: { [tableName]: { Keys: left } },
    };
  };
}

/** Aborts the shared call when nobody waits for it any more. */
function whenAllAborted(asking: readonly Waiting[]): AbortSignal {
  const [first] = asking;
  if (first !== undefined && asking.length === 1) return first.signal;
  const controller = new AbortController();
  let left = asking.length;
  const leave = () => {
    if (--left === 0) controller.abort();
  };
  for (const { signal } of asking) signal.addEventListener("abort", leave, { once: true });
  return controller.signal;
}
