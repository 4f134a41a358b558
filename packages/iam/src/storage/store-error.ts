import type { Key } from "./store.ts";

/** Why storage gave no usable answer. A decision must fail closed. */
export type UnavailableReason =
  /** No answer, or only throttling, until the deadline. A write may or may not have happened. */
  | "deadline"
  /** Storage refused the call: no such table, no permission, a malformed call. Do not retry. */
  | "refused"
  /** The answer can't be read: it is not ours, or damaged. */
  | "malformed";

/** Storage gave no usable answer. */
export class StoreUnavailable extends Error {
  override readonly name = "StoreUnavailable";
  readonly reason: UnavailableReason;
  constructor(reason: UnavailableReason, message: string, cause?: unknown) {
    super(message, { cause });
    this.reason = reason;
  }
}

/** A record or a transaction exceeds one of DynamoDB's `LIMITS`. */
export class TooLarge extends Error {
  override readonly name = "TooLarge";
  readonly what: "key" | "record" | "transaction";
  /** The key of the record. Undefined for a transaction. */
  readonly key: Key | undefined;
  constructor(what: "key" | "record" | "transaction", message: string, key?: Key, cause?: unknown) {
    super(message, { cause });
    this.what = what;
    this.key = key;
  }
}
