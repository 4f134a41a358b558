import type { Key } from "./store.ts";

/** Why storage gave no answer that can be used. Whoever decides by it must fail closed. */
export type UnavailableReason =
  /**
   * No answer, or only busy answers, until the deadline. A write that ends so may or may not have
   * happened.
   */
  | "deadline"
  /**
   * Storage refused the call itself: no such table, no permission, a malformed call. Asking again
   * won't help.
   */
  | "refused"
  /** The answer can't be understood: it is not ours, or damaged. */
  | "malformed";

export class StoreUnavailable extends Error {
  override readonly name = "StoreUnavailable";
  readonly reason: UnavailableReason;
  constructor(reason: UnavailableReason, message: string, cause?: unknown) {
    super(message, { cause });
    this.reason = reason;
  }
}

/** A record or a transaction is beyond what DynamoDB takes; see `LIMITS`. */
export class TooLarge extends Error {
  override readonly name = "TooLarge";
  readonly what: "key" | "record" | "transaction";
  /** The key or record that is too large; absent for a transaction. */
  readonly key: Key | undefined;
  constructor(what: "key" | "record" | "transaction", message: string, key?: Key, cause?: unknown) {
    super(message, { cause });
    this.what = what;
    this.key = key;
  }
}
