import {
  Conflict,
  type Expectation,
  type Key,
  QuotaReached,
  recordsOf,
  type Store,
  type Stored,
  type Write,
} from "@portcullis/iam/store";

interface Item {
  readonly key: Key;
  readonly data?: unknown;
  readonly version?: number;
  readonly counters: Readonly<Record<string, number>>;
}

/**
 * A Store in memory whose content can be copied: for tests that need thousands of equal beginnings.
 */
export interface MemoryStore extends Store {
  /** Every item, by key. */
  readonly items: Map<string, Item>;
}

export const itemName = ({ account, partition, sort }: Key): string =>
  `${account}#${partition}#${sort}`;

/** @param items what it holds at the start; they are not changed */
export function memoryStore(items: ReadonlyMap<string, Item> = new Map()): MemoryStore {
  const byName = new Map(items);
  let version = Math.max(0, ...[...byName.values()].map((item) => item.version ?? 0)) + 1;

  const find = (key: Key): Stored | undefined => {
    const item = byName.get(itemName(key));
    if (item?.version === undefined) return undefined;
    return { key, version: item.version, data: structuredClone(item.data) };
  };
  const get: Store["get"] = async (keys) => recordsOf(keys, keys.map(find));

  const isMet = (key: Key, expect: Expectation): boolean => {
    const found = byName.get(itemName(key))?.version;
    if (expect === "any") return true;
    if (expect === "absent") return found === undefined;
    return expect === "present" ? found !== undefined : found === expect;
  };
  const counter = (key: Key, name: string) => byName.get(itemName(key))?.counters[name] ?? 0;

  function apply(write: Write): void {
    const { key } = write;
    const name = itemName(key);
    const before = byName.get(name);
    if (write.kind === "put") {
      const data = structuredClone(write.data);
      const next = before?.version === undefined ? version++ : before.version + 1;
      byName.set(name, { key, data, version: next, counters: before?.counters ?? {} });
    } else if (write.kind === "count") {
      const counters = {
        ...before?.counters,
        [write.counter]: counter(key, write.counter) + write.by,
      };
      byName.set(name, { ...before, key, counters });
    } else if (write.kind !== "check") byName.delete(name);
  }

  return {
    items: byName,
    get,
    snapshot: get,
    async query({ account, partition, prefix = "", after, limit, reverse = false }) {
      const sorts = [...byName.values()]
        .filter(({ key, version }) => {
          const inside = key.account === account && key.partition === partition;
          return inside && version !== undefined && key.sort.startsWith(prefix);
        })
        .map(({ key }) => key)
        .sort((a, b) => Buffer.compare(Buffer.from(a.sort), Buffer.from(b.sort)));
      if (reverse) sorts.reverse();
      const beyond = sorts.filter(
        ({ sort }) => after === undefined || (reverse ? sort < after : sort > after),
      );
      const records = beyond.slice(0, limit).flatMap((key) => find(key) ?? []);
      return { records, more: beyond.length > limit };
    },
    counters: async (key) => byName.get(itemName(key))?.counters ?? {},
    countersOfAll: async (keys) => keys.map((key) => byName.get(itemName(key))?.counters ?? {}),
    async transact(writes) {
      // As DynamoDB has it: one write for each item.
      if (new Set(writes.map(({ key }) => itemName(key))).size < writes.length)
        throw new TypeError("two writes of one transaction have the same key");
      if (writes.length > 100) throw new TypeError(`a transaction of ${writes.length} writes`);
      const unmet = writes.filter((write) => {
        if (write.kind === "count") return false;
        if (write.kind === "deleteCounter")
          return write.counters.some((name) => counter(write.key, name) !== 0);
        return !isMet(write.key, write.expect);
      });
      if (unmet.length > 0) throw new Conflict(unmet.map(({ key }) => key));
      for (const write of writes) {
        if (write.kind !== "count" || write.atMost === undefined) continue;
        if (counter(write.key, write.counter) + write.by > write.atMost)
          throw new QuotaReached(write.key, write.counter, write.atMost);
      }
      for (const write of writes) apply(write);
    },
  };
}
