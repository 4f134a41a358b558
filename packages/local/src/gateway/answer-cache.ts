import type { Called } from "./authorizer-call.ts";

/** Caches an authorizer's answers for its TTL, by the values of its identity sources. */
export interface AnswerCache {
  /**
   * The cached answer for these identities, else that of `call`. Only answers are cached: no 401,
   * no failure.
   */
  answer(identity: readonly string[], call: () => Promise<Called>): Promise<Called>;
}

/**
 * @param ttlSeconds 0 caches nothing; API Gateway accepts 3600 at most
 * @param identitySources how many there are. Without any, one caller's answer would be everybody's,
 * and API Gateway accepts no TTL.
 * @throws {RangeError} for settings that API Gateway refuses
 */
export function answerCache(
  ttlSeconds: number,
  identitySources: number,
  now: () => number = () => performance.now(),
): AnswerCache {
  if (ttlSeconds < 0 || ttlSeconds > 3600)
    throw new RangeError("an authorizer's TTL is 0 to 3600 seconds");
  if (ttlSeconds > 0 && identitySources === 0)
    throw new RangeError("an authorizer's answers can be cached only by identity sources");
  const cached = new Map<string, { readonly called: Called; readonly until: number }>();
  return {
    async answer(identity, call) {
      if (ttlSeconds === 0) return call();
      const name = JSON.stringify(identity);
      const known = cached.get(name);
      if (known !== undefined && known.until > now()) return known.called;
      const called = await call();
      if (called.kind === "answered")
        cached.set(name, { called, until: now() + ttlSeconds * 1000 });
      else cached.delete(name);
      return called;
    },
  };
}
