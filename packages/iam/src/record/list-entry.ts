import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";

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

/** Lists that are answered in order of name. */
export type NamedList = "users" | "groups" | "roles" | "policies";

/** The same entries in order of name without regard to case, with their paths. */
export const nameEntryKey = <T>(
  account: string,
  list: NamedList,
  name: string,
): RecordKey<T & { readonly path: string }> => ({
  account,
  partition: partitionOf(`${list}-by-name`),
  sort: name.toLowerCase(),
});
