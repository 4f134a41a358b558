import { type Key, type Reader, recordsOf, type Stored } from "@portcullis/iam/store";
import { LIMITS, StoreUnavailable } from "../fault/error.ts";

interface Waiting {
  readonly keys: readonly Key[];
  resolve(found: readonly (Stored | undefined)[]): void;
  reject(error: unknown): void;
}

/**
 * A Reader for servers that make many decisions at once: the `get`s that begin in one turn of the
 * event loop share calls, so that the busier the process is, the fewer calls a decision takes. Each
 * is still a strongly consistent read after it began. It waits for the end of the turn, which gains
 * a function nothing that answers one request at a time.
 */
export function sharedReads(reader: Reader): Reader {
  let waiting: Waiting[] = [];
  const readAll = () => {
    const all = waiting;
    waiting = [];
    for (const group of groupsOf(all)) void readGroup(reader, group);
  };
  return {
    async get(keys) {
      const found = await new Promise<readonly (Stored | undefined)[]>((resolve, reject) => {
        if (waiting.length === 0) setImmediate(readAll);
        waiting.push({ keys, resolve, reject });
      });
      return recordsOf(keys, found);
    },
    snapshot: (keys) => reader.snapshot(keys),
  };
}

/** As few groups as possible without reordering, each within the limit of one call. */
function groupsOf(all: readonly Waiting[]): readonly (readonly Waiting[])[] {
  const groups: Waiting[][] = [];
  let size = 0;
  for (const one of all) {
    const last = groups.at(-1);
    if (last !== undefined && size + one.keys.length <= LIMITS.readKeys) last.push(one);
    else {
      groups.push([one]);
      size = 0;
    }
    size += one.keys.length;
  }
  return groups;
}

async function readGroup(reader: Reader, group: readonly Waiting[]): Promise<void> {
  try {
    const found = await reader.get(group.flatMap(({ keys }) => keys));
    let start = 0;
    for (const { keys, resolve } of group) {
      resolve(found.slice(start, start + keys.length));
      start += keys.length;
    }
  } catch (error) {
    // Without an answer in time, another call has no time left either. Any other failure may be due
    // to one caller's keys, and must not deny the others.
    const isShared = error instanceof StoreUnavailable && error.reason === "deadline";
    if (isShared || group.length === 1) for (const { reject } of group) reject(error);
    else for (const one of group) void readGroup(reader, [one]);
  }
}
