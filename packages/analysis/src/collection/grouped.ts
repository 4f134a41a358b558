import { cached } from "./cached.ts";

/** The items by their key, in their order. `Map.groupBy` is not in Node 20. */
export function grouped<T, K>(items: Iterable<T>, keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) cached(groups, keyOf(item), () => []).push(item);
  return groups;
}
