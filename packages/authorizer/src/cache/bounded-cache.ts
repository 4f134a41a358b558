/** A least-recently-used cache with a limit on the sum of its entries' weights. */
export interface BoundedCache<T> {
  get(name: string): T | undefined;
  /** An entry heavier than a tenth of the limit is not cached. @param weight defaults to 1 */
  set(name: string, value: T, weight?: number): void;
  delete(name: string): void;
}

/** @param atMost the limit on the sum of weights */
export function boundedCache<T>(atMost: number): BoundedCache<T> {
  // A Map iterates in the order of insertion: the first entry was used longest ago.
  const entries = new Map<string, { readonly value: T; readonly weight: number }>();
  let total = 0;
  const remove = (name: string): void => {
    total -= entries.get(name)?.weight ?? 0;
    entries.delete(name);
  };
  return {
    get(name) {
      const entry = entries.get(name);
      if (entry === undefined) return undefined;
      entries.delete(name);
      entries.set(name, entry);
      return entry.value;
    },
    set(name, value, weight = 1) {
      remove(name);
      if (weight > atMost / 10 && weight > 1) return;
      entries.set(name, { value, weight });
      total += weight;
      for (const oldest of entries.keys()) {
        if (total <= atMost) break;
        remove(oldest);
      }
    },
    delete: remove,
  };
}
