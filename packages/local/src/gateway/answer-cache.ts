import type { Called } from "./authorizer-call.ts";

/** Answers of an authorizer for as long as its TTL says, by the values of its identity sources. */
export interface AnswerCache {
  /** The kept answer to these identities, else what `call` answers. Only answers are kept: no 401, no failure. */
  answer(identity: readonly string[], call: () => Promise<Called>): Promise<Called>;
}

/**
 * @param ttlSeconds 0 keeps nothing; API Gateway takes 3600 at most
 * @param identitySources how many there are: without any, one caller's answer would be everybody's, and API Gateway takes no TTL
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
    throw new RangeError("an authorizer's answers can be kept only by identity sources");
  const kept = new Map<string, { readonly called: Called; readonly until: number }>();
  return {
    async answer(identity, call) {
      if (ttlSeconds === 0) return call();
      const name = JSON.stringify(identity);
      const known = kept.get(name);
      if (known !== undefined && known.until > now()) return known.called;
      const called = await call();
      if (called.kind === "answered") kept.set(name, { called, until: now() + ttlSeconds * 1000 });
      else kept.delete(name);
      return called;
    },
  };
}
