/**
 * What the domain asks of storage, and all that it asks: strongly consistent reads by key, ranges of one
 * partition, and transactions of conditional writes. `packages/store` keeps it on DynamoDB.
 */

/** Where a record lives. Every record belongs to one account; nothing is ever read across accounts by range. */
export interface Key {
  readonly account: string;
  /** What is kept together, such as `user/bob` or `users`. Lower case where names are unique without case. */
  readonly partition: string;
  /** The place within the partition; records of a partition are ordered by it, by UTF-8 bytes. */
  readonly sort: string;
}

/**
 * A record as it was read. `version` grows by one with each write. Where it starts is not told, but records made in one
 * transaction start at the same, and a record that was deleted and made anew starts after every version that it had.
 */
export interface Stored<T = unknown> {
  readonly key: Key;
  readonly version: number;
  readonly data: T;
}

/** What must hold of a record for a transaction to happen. A number: its version is still this one. */
export type Expectation = "absent" | "present" | "any" | number;

export type Write =
  | {
      readonly kind: "put";
      readonly key: Key;
      readonly data: unknown;
      readonly expect: Expectation;
      /** Epoch seconds after which the record reads as absent; storage removes it some time later. */
      readonly expiresAt?: number;
    }
  | { readonly kind: "delete"; readonly key: Key; readonly expect: Expectation }
  | { readonly kind: "check"; readonly key: Key; readonly expect: "absent" | "present" | number }
  | {
      /** Add to a counter of a counter record (made when absent, every counter starting at 0). */
      readonly kind: "count";
      readonly key: Key;
      readonly counter: string;
      readonly by: number;
      /** The counter must not end above this, else the transaction fails with a `QuotaReached`. */
      readonly atMost?: number;
    }
  /** Delete a counter record; every counter in it must be 0 or absent, else the write's expectation failed. */
  | { readonly kind: "deleteCounter"; readonly key: Key; readonly counters: readonly string[] };

export interface Range {
  readonly account: string;
  readonly partition: string;
  /** Only records whose sort begins with this. */
  readonly prefix?: string;
  /** Only records whose sort comes after (before, when `reverse`) this. */
  readonly after?: string;
  readonly limit: number;
  readonly reverse?: boolean;
}

/** The reads that a decision needs; the authorizer is given only this. */
export interface Reader {
  /** Strongly consistent, one round trip for up to 100 keys; one result for each key, in the same order. */
  get(keys: readonly Key[]): Promise<readonly (Stored | undefined)[]>;
  /**
   * As `get`, but all as of one moment (TransactGetItems; at most 100 keys): never some records from before a transaction
   * and some from after it, as `get` may answer while that transaction is being carried out.
   */
  snapshot(keys: readonly Key[]): Promise<readonly (Stored | undefined)[]>;
}

export interface Store extends Reader {
  /** Strongly consistent, in order of `sort`; `more` when records remain after the last one given. */
  query(range: Range): Promise<{ readonly records: readonly Stored[]; readonly more: boolean }>;
  /** The counters of a counter record; those never counted are absent. */
  counters(key: Key): Promise<Readonly<Record<string, number>>>;
  /** As `counters`, of up to 100 records in one round trip; one result for each key, in the same order. */
  countersOfAll(keys: readonly Key[]): Promise<readonly Readonly<Record<string, number>>[]>;
  /**
   * All of the writes or none; at most 100, each of another key.
   * @throws {Conflict} when an expectation did not hold, or another transaction was in the way
   * @throws {QuotaReached} when a counter would have ended above its `atMost`
   */
  transact(writes: readonly Write[]): Promise<void>;
}

/** Someone else was there first: read again and decide again. `keys` did not hold (empty: only contention). */
export class Conflict extends Error {
  override readonly name = "Conflict";
  readonly keys: readonly Key[];
  constructor(keys: readonly Key[]) {
    super(
      `a concurrent change came first: ${keys.map((key) => `${key.account}#${key.partition}#${key.sort}`).join(", ") || "contention"}`,
    );
    this.keys = keys;
  }
}

/** A counter stands at its limit. */
export class QuotaReached extends Error {
  override readonly name = "QuotaReached";
  readonly key: Key;
  readonly counter: string;
  readonly atMost: number;
  constructor(key: Key, counter: string, atMost: number) {
    super(`counter \`${counter}\` of ${key.account}#${key.partition} is at its limit of ${atMost}`);
    this.key = key;
    this.counter = counter;
    this.atMost = atMost;
  }
}
