/**
 * How many calls of each account are answered, as a bucket that fills steadily, and how many at a time. It is kept by each running
 * function for itself: it guards neighbours in the same process from an account's flood, and is no exact quota of the installation.
 */
export interface RateLimit {
  /**
   * Waits for a turn for a call that names the account. Undefined: it has no call left. That costs nothing: it may be asked before
   * anything is known for certain.
   */
  enter(account: string, nowMilliseconds: number): Promise<Turn | undefined>;
}

/** To be left when the call is done. */
export interface Turn {
  /** The caller proved to belong to the account: nobody else can use up its calls. */
  proven(): void;
  leave(): void;
}

export interface Rate {
  readonly perSecond: number;
  /** Calls that may come at once after a rest. */
  readonly burst: number;
}

interface Bucket {
  left: number;
  at: number;
  underWay: number;
  readonly waiting: (() => void)[];
}

/** Accounts seen last; one that is forgotten begins with a full bucket. */
const ACCOUNTS_AT_MOST = 10_000;
/** A burst is worked off by so many calls at a time, between which the neighbours' calls come in. */
const AT_A_TIME = 4;

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
        // The next one takes the place over.
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
