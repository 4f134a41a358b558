import { createHmac, createSecretKey, type KeyObject } from "node:crypto";

/** The cache's size: one day's keys of that many callers. */
const MAX_CACHED_KEYS = 2_000;

// An LRU cache: a Map keeps insertion order, and a hit is inserted again. Callers can't fill it
// with made-up scopes, because scope and time are checked before a key is derived.
const cache = new Map<string, KeyObject>();

/** SigV4's signing key for a secret, day, region and service. Cached. */
export function signingKey(
  secretAccessKey: string,
  date: string,
  region: string,
  service: string,
): KeyObject {
  const id = `${date}/${region}/${service}/${secretAccessKey}`;
  const known = cache.get(id);
  if (known !== undefined) {
    cache.delete(id);
    cache.set(id, known);
    return known;
  }
  let key = Buffer.from(`AWS4${secretAccessKey}`);
  for (const part of [date, region, service, "aws4_request"])
    key = createHmac("sha256", key).update(part).digest();
  const made = createSecretKey(key);
  if (cache.size >= MAX_CACHED_KEYS) {
    for (const oldest of cache.keys()) {
      cache.delete(oldest);
      break;
    }
  }
  cache.set(id, made);
  return made;
}
