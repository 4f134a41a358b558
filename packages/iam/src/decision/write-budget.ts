/** How many records of each kind an account may write, so that a flood costs a bounded sum. */
export interface WriteBudget {
  /** Takes one. False: the account has none left for now. */
  take(account: string, kind: string, nowMilliseconds: number): boolean;
}

export interface WriteRate {
  readonly perSecond: number;
  /** Records that may come at once after a pause. */
  readonly burst: number;
}

/** Records a second of one account in one process. */
export const DEFAULT_WRITE_RATE: WriteRate = { perSecond: 50, burst: 500 };

/** Accounts seen last. A forgotten account begins with its whole burst. */
const BUCKETS_AT_MOST = 10_000;

/** The budget of one process. */
export function createWriteBudget({
  perSecond,
  burst,
}: WriteRate = DEFAULT_WRITE_RATE): WriteBudget {
  const buckets = new Map<string, { left: number; at: number }>();
  return {
    take(account, kind, now) {
      const name = `${account} ${kind}`;
      const bucket = buckets.get(name) ?? { left: burst, at: now };
      buckets.delete(name);
      if (buckets.size >= BUCKETS_AT_MOST) buckets.delete(buckets.keys().next().value ?? "");
      buckets.set(name, bucket);
      const seconds = Math.max(0, now - bucket.at) / 1000;
      bucket.left = Math.min(burst, bucket.left + seconds * perSecond);
      bucket.at = Math.max(now, bucket.at);
      if (bucket.left < 1) return false;
      bucket.left--;
      return true;
    },
  };
}
