import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";

/**
 * The key of an entry in a list, ordered by path, then by lower-case name. A path prefix is one
 * range of such keys. U+0001 separates path and name: neither contains it, and it sorts before
 * every character that they contain.
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

/** Lists whose order is by name. */
export type NamedList = "users" | "groups" | "roles" | "policies";

/** The key of the same entry in the list by lower-case name. Such an entry contains its path. */
export const nameEntryKey = <T>(
  account: string,
  list: NamedList,
  name: string,
): RecordKey<T & { readonly path: string }> => ({
  account,
  partition: partitionOf(`${list}-by-name`),
  sort: name.toLowerCase(),
});
