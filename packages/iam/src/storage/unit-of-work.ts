import { ApiError, concurrentModification } from "../error.ts";
import { serialize } from "./serialize.ts";
import {
  Conflict,
  type Expectation,
  type Key,
  keyId,
  QuotaReached,
  type Range,
  type RecordKey,
  type Store,
  type Stored,
  type Write,
} from "./store.ts";

export type { RecordKey } from "./store.ts";

/**
 * One operation's view of the store. Its writes are conditional on what it read, and `commit` makes
 * them all in one transaction.
 */
export interface UnitOfWork {
  get<T>(key: RecordKey<T>): Promise<T | undefined>;
  getAll<T>(keys: readonly RecordKey<T>[]): Promise<readonly (T | undefined)[]>;
  /**
   * A range from storage, without the writes of this unit. Writes don't become conditional on it.
   */
  query<T>(
    range: Range,
  ): Promise<{ readonly records: readonly Stored<T>[]; readonly more: boolean }>;
  counters(key: Key): Promise<Readonly<Record<string, number>>>;
  countersOfAll(keys: readonly Key[]): Promise<readonly Readonly<Record<string, number>>[]>;
  /**
   * Writes a record. If the unit read it, `commit` fails if it changed since; else it must not
   * exist yet.
   */
  put<T>(
    key: RecordKey<T>,
    data: T,
    options?: { readonly expiresAt?: number; readonly expect?: Expectation },
  ): void;
  delete(key: Key, options?: { readonly expect?: Expectation }): void;
  /** Makes `commit` fail unless the record still exists (`unchanged`: as the unit read it). */
  check(key: Key, what: "present" | "unchanged"): void;
  /** Adds to a counter. `commit` throws `atMost.error` if the counter is at its limit. */
  count(
    key: Key,
    counter: string,
    by: number,
    atMost?: { readonly limit: number; readonly error: () => ApiError },
  ): void;
  /** Deletes a counter record. `commit` throws `error` unless all `counters` are 0. */
  deleteCounter(key: Key, counters: readonly string[], error?: () => ApiError): void;
  /** Makes the writes. The unit can be used afterwards, and then reads storage again. */
  commit(): Promise<void>;
}

/**
 * Runs `work` and commits it. Starts again if another change came first, until the deadline (15
 * seconds by default).
 *
 * Records that are read one after another can be inconsistent: another transaction may have changed
 * both between the reads. So an error of `work` counts only if every record that was read is
 * unchanged; otherwise the work starts again.
 * @throws {ApiError} the error of `work`, or `ConcurrentModification` at the deadline
 */
export async function atomically<T>(
  store: Store,
  work: (unit: UnitOfWork) => Promise<T>,
  options: { readonly deadlineMilliseconds?: number } = {},
): Promise<T> {
  const giveUpAt = performance.now() + (options.deadlineMilliseconds ?? 15_000);
  const once = async (): Promise<T> => {
    const { unit, changedSinceRead } = trackedUnit(store);
    try {
      const result = await work(unit);
      await unit.commit();
      return result;
    } catch (error) {
      if (error instanceof Conflict) throw error;
      const changed = await changedSinceRead(
        error instanceof ApiError ? "ifSeveralReads" : "always",
      );
      if (changed.length > 0) throw new Conflict(changed);
      throw error;
    }
  };
  let contended: Key | undefined;
  for (let attempt = 0; ; attempt++) {
    try {
      return await (contended === undefined ? once() : serialize(keyId(contended), once));
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      [contended] = error.keys;
      const pause = Math.random() * Math.min(250, 4 * 2 ** attempt);
      if (performance.now() + pause > giveUpAt) {
        throw concurrentModification();
      }
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

/** A unit of work without retries. Its `commit` throws `Conflict` if another change came first. */
export const unitOfWork = (store: Store): UnitOfWork => trackedUnit(store).unit;

interface TrackedUnit {
  readonly unit: UnitOfWork;
  /**
   * The keys of records that have changed since they were read. With `ifSeveralReads` it returns
   * none, without a read, if one call read all of them: a refusal after a single read is right as
   * of that moment, and refusals are too frequent to cost a second read.
   */
  readonly changedSinceRead: (when: "always" | "ifSeveralReads") => Promise<readonly Key[]>;
}

function trackedUnit(store: Store): TrackedUnit {
  const readRecords = new Map<string, Stored | undefined>();
  const readKeys = new Map<string, Key>();
  let reads = 0;
  const writes = new Map<string, Write>();
  const refusals = new Map<string, () => ApiError>();

  const expected = (key: Key): Expectation => {
    const name = keyId(key);
    return readRecords.has(name) ? (readRecords.get(name)?.version ?? "absent") : "absent";
  };

  const readAll = async (keys: readonly Key[]): Promise<readonly unknown[]> => {
    const wanted = new Map(keys.map((key) => [keyId(key), key]));
    const missing = [...wanted].filter(([name]) => !readRecords.has(name));
    const parts = Array.from({ length: Math.ceil(missing.length / 100) }, (_, part) =>
      missing.slice(part * 100, (part + 1) * 100),
    );
    reads += parts.length;
    const found = await Promise.all(parts.map((part) => store.get(part.map(([, key]) => key))));
    parts.forEach((part, at) => {
      part.forEach(([name, key], index) => {
        readRecords.set(name, found[at]?.[index]);
        readKeys.set(name, plain(key));
      });
    });
    return keys.map((key) => {
      const write = writes.get(keyId(key));
      if (write?.kind === "put") return write.data;
      if (write?.kind === "delete") return undefined;
      return readRecords.get(keyId(key))?.data;
    });
  };

  const changedSinceRead = async (when: "always" | "ifSeveralReads") => {
    if (when === "ifSeveralReads" && reads < 2) return [];
    const keys = [...readKeys].filter(([name]) => readRecords.has(name));
    const changed: Key[] = [];
    for (let start = 0; start < keys.length; start += 100) {
      const part = keys.slice(start, start + 100);
      const found = await store.get(part.map(([, key]) => key));
      part.forEach(([name, key], index) => {
        if (found[index]?.version !== readRecords.get(name)?.version) changed.push(key);
      });
    }
    return changed;
  };

  const unit: UnitOfWork = {
    async get<T>(key: RecordKey<T>) {
      return (await readAll([key]))[0] as T | undefined;
    },
    async getAll<T>(keys: readonly RecordKey<T>[]) {
      return (await readAll(keys)) as readonly (T | undefined)[];
    },
    async query<T>(range: Range) {
      const { records, more } = await store.query(range);
      return { records: records as readonly Stored<T>[], more };
    },
    counters: (key) => store.counters(key),
    async countersOfAll(keys) {
      const counters: Readonly<Record<string, number>>[] = [];
      for (let start = 0; start < keys.length; start += 100) {
        counters.push(...(await store.countersOfAll(keys.slice(start, start + 100))));
      }
      return counters;
    },
    put(key, data, options = {}) {
      const expiry = options.expiresAt === undefined ? {} : { expiresAt: options.expiresAt };
      writes.set(keyId(key), {
        kind: "put",
        key: plain(key),
        data,
        expect: options.expect ?? expected(key),
        ...expiry,
      });
    },
    delete(key, options = {}) {
      const name = keyId(key);
      const earlier = writes.get(name);
      // Created and deleted in one unit: nothing to write.
      if (earlier?.kind === "put" && earlier.expect === "absent") writes.delete(name);
      else
        writes.set(name, {
          kind: "delete",
          key: plain(key),
          expect: options.expect ?? expected(key),
        });
    },
    check(key, what) {
      const name = keyId(key);
      // A write to the same record is conditional already.
      if (writes.has(name)) return;
      const version =
        what === "unchanged" ? (readRecords.get(name)?.version ?? "absent") : "present";
      writes.set(name, { kind: "check", key: plain(key), expect: version });
    },
    count(key, counter, by, atMost) {
      const name = counterId(key, counter);
      const before = writes.get(name);
      const sum = by + (before?.kind === "count" ? before.by : 0);
      if (atMost !== undefined) refusals.set(name, atMost.error);
      writes.set(name, {
        kind: "count",
        key: plain(key),
        counter,
        by: sum,
        ...(atMost ? { atMost: atMost.limit } : {}),
      });
    },
    deleteCounter(key, counters, error) {
      const name = counterId(key, "deleted");
      if (error) refusals.set(keyId(key), error);
      writes.set(name, { kind: "deleteCounter", key: plain(key), counters });
    },
    async commit() {
      if (writes.size === 0) return;
      try {
        await store.transact([...writes.values()]);
        writes.clear();
        readRecords.clear();
        reads = 0;
      } catch (error) {
        if (error instanceof QuotaReached)
          throw refusals.get(counterId(error.key, error.counter))?.() ?? error;
        if (error instanceof Conflict)
          for (const key of error.keys) throw refusals.get(keyId(key))?.() ?? error;
        throw error;
      }
    },
  };
  return { unit, changedSinceRead };
}

const plain = ({ account, partition, sort }: Key): Key => ({ account, partition, sort });

/** No key contains the separator. */
const counterId = (key: Key, counter: string): string => `${keyId(key)}\u0000${counter}`;
