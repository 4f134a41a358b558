import { createHmac, createSecretKey, type KeyObject } from "node:crypto";

/** Keys kept at most: a day's keys of that many callers. */
const MAX_CACHED_KEYS = 2_000;

// In order of last use, the least recent first, as a Map keeps them. Holds nothing that the secrets' owner did not just send:
// a key is made only once a secret was found and the scope's day, region and service were found right.
const cache = new Map<string, KeyObject>();

/** SigV4's signing key, made from the secret by day, region and service; the last ones used are remembered. */
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
