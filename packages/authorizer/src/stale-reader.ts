import type { Key, Reader, Stored } from "@portcullis/iam/store";
import { boundedCache } from "./bounded-cache.ts";

/**
 * Lets readers answer again for some seconds what one of them read: for who takes a permission's late end for fewer reads. Absence is
 * never kept, and snapshots, from which policies are compiled, are always read.
 */
export function staleness(
  seconds: number,
  now: () => number = () => performance.now(),
): (reader: Reader) => Reader {
  const kept = boundedCache<{ readonly stored: Stored; readonly readAt: number }>(MAX_RECORDS);
  const known = (key: Key): Stored | undefined => {
    const found = kept.get(nameOf(key));
    return found !== undefined && now() - found.readAt < seconds * 1000 ? found.stored : undefined;
  };
  return (reader) => ({
    async get(keys) {
      const all = keys.map(known);
      if (all.every((stored) => stored !== undefined)) return all;
      // All of them anew: what is told together is of one time.
      const readAt = now();
      const found = await reader.get(keys);
      for (const stored of found) if (stored) kept.set(nameOf(stored.key), { stored, readAt });
      return found;
    },
    snapshot: (keys) => reader.snapshot(keys),
  });
}

const MAX_RECORDS = 5000;

const nameOf = ({ account, partition, sort }: Key): string => `${account}#${partition}#${sort}`;
