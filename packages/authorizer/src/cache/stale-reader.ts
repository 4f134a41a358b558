import { type Key, keyId, type Reader, recordsOf, type Stored } from "@portcullis/iam/store";
import { boundedCache } from "./bounded-cache.ts";

/**
 * Two clocks, in milliseconds. The steady one may stop while a function is frozen. The wall clock
 * may be set back.
 */
export interface Clocks {
  readonly steady: () => number;
  readonly wall: () => number;
}

const CLOCKS: Clocks = { steady: () => performance.now(), wall: () => Date.now() };

/**
 * Wraps readers so that they answer a record for some seconds after one of them read it. Absent
 * records are not cached. Snapshots, from which policies are compiled, are always read.
 */
export function staleReads(
  seconds: number,
  { steady, wall }: Clocks = CLOCKS,
): (reader: Reader) => Reader {
  const cache = boundedCache<{ readonly stored: Stored; readonly readAt: Instant }>(MAX_RECORDS);
  const now = (): Instant => ({ steady: steady(), wall: wall() });
  const known = (key: Key): Stored | undefined => {
    const found = cache.get(keyId(key));
    return found !== undefined && isWithin(seconds, found.readAt, now()) ? found.stored : undefined;
  };
  return (reader) => ({
    async get(keys) {
      const all = keys.map(known);
      if (all.every((stored) => stored !== undefined)) return recordsOf(keys, all);
      // All are read again, so that they are of one time.
      const readAt = now();
      const found = await reader.get(keys);
      for (const stored of found) if (stored) cache.set(keyId(stored.key), { stored, readAt });
      return found;
    },
    snapshot: (keys) => reader.snapshot(keys),
  });
}

interface Instant {
  readonly steady: number;
  readonly wall: number;
}

/** By both clocks. */
const isWithin = (seconds: number, from: Instant, to: Instant): boolean =>
  to.steady - from.steady < seconds * 1000 &&
  to.wall >= from.wall &&
  to.wall - from.wall < seconds * 1000;

const MAX_RECORDS = 5000;
