import type { RecordKey } from "../storage/unit-of-work.ts";

/**
 * Entries that List* operations show, ordered by path, then by name without case: a path prefix is then one range of them.
 * U+0001 is in no path and no name, and sorts before all that is.
 */
export const listEntryKey = <T>(
  account: string,
  list: string,
  path: string,
  name: string,
): RecordKey<T> => ({
  account,
  partition: list,
  sort: `${path}\u0001${name.toLowerCase()}`,
});
