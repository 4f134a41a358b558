/**
 * The storage interface of the domain: strongly consistent reads by key, ranges of one partition,
 * and transactions of conditional writes. `packages/store` implements it on DynamoDB.
 */

/** The key of a record. Every record belongs to one account; no range spans accounts. */
export interface Key {
  readonly account: string;
  /** The records in it are read as one range: `user/bob`. Lower case if names ignore case. */
  readonly partition: string;
  /** The sort key within the partition. Records are ordered by it, by UTF-8 bytes. */
  readonly sort: string;
}

/**
 * A text that no other key has. The partition's length is part of it, because tenants choose paths,
 * and a path may contain `#`.
 */
export const keyId = ({ account, partition, sort }: Key): string =>
  `${account}#${partition.length}#${partition}#${sort}`;

/** A key whose record holds a `T`. Made only by `packages/iam/src/record`. */
export interface RecordKey<T> extends Key {
  /** Never set. It carries the type. */
  readonly record?: T;
}

/**
 * A record as read. `version` grows by one with each write. Its start is not specified, but records
 * created in one transaction start equal, and a record that is deleted and created again starts
 * after all its earlier versions.
 */
export interface Stored<T = unknown> {
  readonly key: Key;
  readonly version: number;
  readonly data: T;
}

/** A precondition of a transaction on a record. A number: the record still has this version. */
export type Expectation = "absent" | "present" | "any" | number;

export type Write =
  | {
      readonly kind: "put";
      readonly key: Key;
      readonly data: unknown;
      readonly expect: Expectation;
      /** Epoch seconds after which the record reads as absent. Storage deletes it later. */
      readonly expiresAt?: number;
    }
  | { readonly kind: "delete"; readonly key: Key; readonly expect: Expectation }
  | { readonly kind: "check"; readonly key: Key; readonly expect: "absent" | "present" | number }
  | {
      /**
       * Adds to a counter of a counter record. Creates the record if absent, counters start at 0.
       */
      readonly kind: "count";
      readonly key: Key;
      readonly counter: string;
      readonly by: number;
      /**
       * The most that the counter may be afterwards, else the transaction fails: `QuotaReached`.
       */
      readonly atMost?: number;
    }
  /**
   * Deletes a counter record. Fails as a precondition does unless all its counters are 0 or absent.
   */
  | { readonly kind: "deleteCounter"; readonly key: Key; readonly counters: readonly string[] };

export interface Range {
  readonly account: string;
  readonly partition: string;
  /** Only records whose sort key begins with this. */
  readonly prefix?: string;
  /** Only records whose sort key comes after (with `reverse`: before) this. */
  readonly after?: string;
  readonly limit: number;
  readonly reverse?: boolean;
}

/** For each key its record, in the same order. Undefined where there is none. */
export type Records<Keys extends readonly Key[]> = {
  readonly [Index in keyof Keys]: Keys[Index] extends RecordKey<infer T>
    ? Stored<T> | undefined
    : never;
};

/**
 * Gives records the types of their keys, for implementations of `Reader`.
 * INVARIANT: `packages/iam/src/record` makes every `RecordKey`, and each is written with its type.
 */
export function recordsOf<Keys extends readonly Key[]>(
  _keys: Keys,
  records: readonly (Stored | undefined)[],
): Records<Keys> {
  return records as Records<Keys>;
}

/** The reads that a decision needs. The authorizer has only this. */
export interface Reader {
  /** Reads up to 100 keys in one round trip, strongly consistent. */
  get<const Keys extends readonly Key[]>(keys: Keys): Promise<Records<Keys>>;
  /**
   * Reads up to 100 keys as of one moment (TransactGetItems). During a transaction, `get` may
   * return some records from before it and some from after it; a snapshot never does.
   * @throws {TooLarge} if the records exceed 4 MB together: fewer may be read
   */
  snapshot<const Keys extends readonly Key[]>(keys: Keys): Promise<Records<Keys>>;
}

export interface Store extends Reader {
  /** Strongly consistent, in order of sort key. `more`: records remain after the last one. */
  query(range: Range): Promise<{ readonly records: readonly Stored[]; readonly more: boolean }>;
  /** The counters of a counter record. Those never written are absent. */
  counters(key: Key): Promise<Readonly<Record<string, number>>>;
  /** As `counters`, of up to 100 records in one round trip, in the order of the keys. */
  countersOfAll(keys: readonly Key[]): Promise<readonly Readonly<Record<string, number>>[]>;
  /**
   * Makes all of the writes or none. At most 100, each to another key.
   * @throws {Conflict} if an expectation does not hold, or another transaction is in progress
   * @throws {QuotaReached} if a counter would exceed its `atMost`
   */
  transact(writes: readonly Write[]): Promise<void>;
}

/**
 * A concurrent change came first: read again and decide again. `keys` are those whose expectation
 * did not hold; none if there was only contention.
 */
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

/** A counter is at its limit. */
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
