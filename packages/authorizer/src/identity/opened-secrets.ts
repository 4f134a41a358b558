import { accessKeySeal } from "@portcullis/iam/record/access-key";
import type { Sealer } from "@portcullis/iam/sealer";
import { type BoundedCache, boundedCache } from "../cache/bounded-cache.ts";

// Opening a secret costs more than a lookup. The sealed text is part of the name. Each sealer has a
// cache of its own, so that none answers what it could not open itself.
const caches = new WeakMap<Sealer, BoundedCache<string>>();
const SECRETS_AT_MOST = 1000;

/**
 * The secret access key that a record holds sealed. @throws {SealBroken} when it is none of this
 * key's
 */
export function openSecret(
  sealer: Sealer,
  sealed: string,
  account: string,
  accessKeyId: string,
): string {
  let cache = caches.get(sealer);
  if (cache === undefined) {
    cache = boundedCache(SECRETS_AT_MOST);
    caches.set(sealer, cache);
  }
  const name = `${accessKeyId} ${sealed}`;
  const cached = cache.get(name);
  if (cached !== undefined) return cached;
  const opened = sealer.open(sealed, accessKeySeal(account, accessKeyId));
  const secret = Buffer.from(opened).toString("utf8");
  cache.set(name, secret);
  return secret;
}
