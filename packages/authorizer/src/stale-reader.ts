import type { Key, Reader, Stored } from "@portcullis/iam/store";
import { boundedCache } from "./bounded-cache.ts";

/**
 * A reader that answers again for some seconds what it read: for who takes a permission's late end for fewer reads. Absence is never
 * kept, and snapshots, from which policies are compiled, are always read.
 */
export function staleReader(
  reader: Reader,
  seconds: number,
  now: () => number = () => performance.now(),
): Reader {
  const kept = boundedCache<{ readonly stored: Stored; readonly readAt: number }>(MAX_RECORDS);
  const known = (key: Key): Stored | undefined => {
    const found = kept.get(nameOf(key));
    return found !== undefined && now() - found.readAt < seconds * 1000 ? found.stored : undefined;
  };
  return {
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
  };
}

const MAX_RECORDS = 5000;

const nameOf = ({ account, partition, sort }: Key): string => `${account}#${partition}#${sort}`;
