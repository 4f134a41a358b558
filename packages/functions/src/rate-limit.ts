/**
 * How many calls of each account are answered, as a bucket that fills steadily. It is kept by each running function for itself: it
 * guards neighbours in the same process from an account's flood, and is no exact quota of the installation.
 */
export interface RateLimit {
  /** Whether the account has a call left. Costs nothing: it may be asked before anything is known for certain. */
  mayCall(account: string, nowMilliseconds: number): boolean;
  /** A call by somebody who proved to belong to the account: nobody else can use up its calls. */
  called(account: string, nowMilliseconds: number): void;
}

export interface Rate {
  readonly perSecond: number;
  /** Calls that may come at once after a rest. */
  readonly burst: number;
}

/** Accounts seen last; one that is forgotten begins with a full bucket. */
const ACCOUNTS_AT_MOST = 10_000;

export function createRateLimit({ perSecond, burst }: Rate): RateLimit {
  const buckets = new Map<string, { left: number; at: number }>();
  const leftOf = (account: string, now: number): number => {
    const bucket = buckets.get(account);
    return bucket === undefined
      ? burst
      : Math.min(burst, bucket.left + ((now - bucket.at) / 1000) * perSecond);
  };
  return {
    mayCall: (account, now) => leftOf(account, now) >= 1,
    called(account, now) {
      const left = leftOf(account, now) - 1;
      buckets.delete(account);
      if (buckets.size >= ACCOUNTS_AT_MOST) buckets.delete(buckets.keys().next().value ?? "");
      buckets.set(account, { left, at: now });
    },
  };
}
