import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from "jose";
import {
  getFromProvider,
  type ProviderAccess,
  type ProviderAnswer,
  ProviderError,
} from "./provider-https.ts";
import { usableKeys } from "./usable-keys.ts";

/**
 * The verification keys of an issuer, by a token's header. They are found by discovery. jose caches
 * them, and fetches again for an unknown key id.
 * @throws {ProviderError}
 */
export async function providerKeys(
  issuer: string,
  access: ProviderAccess,
): Promise<JWTVerifyGetKey> {
  const name = JSON.stringify([issuer, access]);
  const cached = issuers.get(name);
  if (cached !== undefined && cached.until > performance.now()) return cached.keys;
  const jwksUri = await discover(issuer, access);
  const keys = createRemoteJWKSet(jwksUri, {
    [customFetch]: throttled(async (url) => {
      const answer = await getFromProvider(new URL(url), access);
      if (answer.status !== 200) throw httpError(answer);
      const { keys: published } = parseObject(answer.body);
      if (!Array.isArray(published))
        throw new ProviderError("publishes no keys", { reached: true });
      return Response.json({ keys: usableKeys(published) });
    }),
    // A provider that has just rotated its keys must not be refused. `throttled` limits the fetches
    // that tokens can cause.
    cooldownDuration: 0,
    cacheMaxAge: KEYS_MILLISECONDS,
  });
  if (issuers.size >= MAX_ISSUERS) issuers.delete(issuers.keys().next().value ?? "");
  issuers.set(name, { keys, until: performance.now() + DISCOVERY_MILLISECONDS });
  return keys;
}

const issuers = new Map<string, { readonly keys: JWTVerifyGetKey; readonly until: number }>();
const MAX_ISSUERS = 500;
const DISCOVERY_MILLISECONDS = 3_600_000;
const KEYS_MILLISECONDS = 600_000;

/**
 * The URL of an issuer's key set (OpenID Connect Discovery 1.0, 4).
 * @throws {ProviderError}
 */
async function discover(issuer: string, access: ProviderAccess): Promise<URL> {
  const answer = await getFromProvider(
    new URL(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`),
    access,
  );
  if (answer.status !== 200) throw httpError(answer);
  const document = parseObject(answer.body);
  if (document.issuer !== issuer)
    throw new ProviderError("publishes another issuer", { reached: true });
  const { jwks_uri: uri } = document;
  if (typeof uri !== "string" || !URL.canParse(uri))
    throw new ProviderError("publishes no keys", { reached: true });
  return new URL(uri);
}

function parseObject(body: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed === "object" && parsed !== null) return { ...parsed };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new ProviderError("publishes no JSON object", { reached: true });
}

// A server error or throttling counts as unreachable. Any other status is a fault of the provider's
// configuration.
const httpError = ({ status }: ProviderAnswer) =>
  new ProviderError(`answers with status ${status}`, { reached: status < 500 && status !== 429 });

const BURST = 5;
const REFILL_MILLISECONDS = 30_000;

/**
 * Limits calls to a burst of five, and one more each half minute. Anyone can send tokens with
 * unknown key ids.
 */
function throttled<T>(call: (url: string) => Promise<T>): (url: string) => Promise<T> {
  let left = BURST;
  let refilledAt = performance.now();
  return async (url) => {
    const gained = Math.floor((performance.now() - refilledAt) / REFILL_MILLISECONDS);
    left = Math.min(BURST, left + gained);
    refilledAt += gained * REFILL_MILLISECONDS;
    if (left === 0) throw new ProviderError("has no such key", { reached: true });
    left--;
    return call(url);
  };
}
