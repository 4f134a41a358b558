/**
 * A token bucket and a concurrency limit for each account. Each process has its own: it protects
 * neighbours in the same process from an account's flood, and is not an exact quota of the
 * installation.
 */
export interface RateLimit {
  /**
   * Waits for a turn of a call that names the account. Undefined: the account has no call left. It
   * takes no call from the account, so it can be called before anything is proven.
   */
  enter(account: string, nowMilliseconds: number): Promise<Turn | undefined>;
}

/** A call's turn. It must be left when the call ends. */
export interface Turn {
  /** Takes a call from the account, once the caller is proven to belong to it. */
  proven(): void;
  leave(): void;
}

export interface Rate {
  readonly perSecond: number;
  /** Calls that may come at once after a pause. */
  readonly burst: number;
}

interface Bucket {
  left: number;
  at: number;
  underWay: number;
  readonly waiting: (() => void)[];
}

/** The accounts seen last. A forgotten account begins with a full bucket. */
const ACCOUNTS_AT_MOST = 10_000;
/** Concurrent calls of an account, between which the neighbours' calls run. */
const AT_A_TIME = 4;

/** A rate limit with full buckets. */
export function createRateLimit({ perSecond, burst }: Rate): RateLimit {
  const buckets = new Map<string, Bucket>();

  const bucketOf = (account: string, now: number): Bucket => {
    const bucket = buckets.get(account) ?? { left: burst, at: now, underWay: 0, waiting: [] };
    buckets.delete(account);
    if (buckets.size >= ACCOUNTS_AT_MOST) buckets.delete(buckets.keys().next().value ?? "");
    buckets.set(account, bucket);
    return bucket;
  };
  const isEmpty = (bucket: Bucket, now: number): boolean => {
    const seconds = Math.max(0, now - bucket.at) / 1000;
    bucket.left = Math.min(burst, bucket.left + seconds * perSecond);
    bucket.at = Math.max(now, bucket.at);
    return bucket.left < 1;
  };

  return {
    async enter(account, now) {
      const bucket = bucketOf(account, now);
      if (isEmpty(bucket, now) || bucket.waiting.length >= burst) return undefined;
      if (bucket.underWay < AT_A_TIME) bucket.underWay++;
      else await new Promise<void>((go) => bucket.waiting.push(go));
      const leave = () => {
        // The next one takes the turn over.
        const next = bucket.waiting.shift();
        if (next === undefined) bucket.underWay--;
        else next();
      };
      if (!isEmpty(bucket, now)) return { proven: () => void bucket.left--, leave };
      leave();
      return undefined;
    },
  };
}
