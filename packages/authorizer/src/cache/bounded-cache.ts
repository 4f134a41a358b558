/** A map that holds no more than it is told, and gives up first what was asked for longest ago. */
export interface BoundedCache<T> {
  get(name: string): T | undefined;
  /** `weight` counts toward the cache's limit; what is heavier than a tenth of it is not kept. */
  set(name: string, value: T, weight?: number): void;
  delete(name: string): void;
}

/** @param atMost the sum of the weights of what is kept */
export function boundedCache<T>(atMost: number): BoundedCache<T> {
  // A Map keeps its entries in the order of their making: the first is the one used longest ago.
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
