import { createPublicKey, type JsonWebKeyInput, type KeyObject } from "node:crypto";
import type { JWK } from "jose";

/** At most this many keys of each type are read (IAM UG/id_roles_providers_create_oidc). */
const KEYS_AT_MOST = 100;

/** RFC 7518, 3.3, demands 2,048 bits; longer keys than 8,192 bits make each verification slow. */
const RSA_BITS = { min: 2048, max: 8192 } as const;
/** OpenSSL takes no longer ones with long moduli; the common one has 17 bits. */
const RSA_EXPONENT_BITS_AT_MOST = 64;
const CURVES: ReadonlySet<unknown> = new Set(["P-256", "P-384", "P-521"]);

/**
 * The keys of a JWK set that can verify a token, with only the members that say how. Providers publish keys for other purposes too,
 * and faulty ones: those are skipped, so that they do not stand in the way of good keys.
 */
export function usableKeys(published: readonly unknown[]): readonly JWK[] {
  const count = { RSA: 0, EC: 0 };
  return published.flatMap((candidate) => {
    const key = readKey(candidate);
    if (key === undefined || count[key.kty] >= KEYS_AT_MOST) return [];
    count[key.kty]++;
    return isUsable(key) ? [key] : [];
  });
}

type PublicKey = JWK & { readonly kty: "RSA" | "EC" };

/** Undefined for a key whose members have another type than RFC 7517 and 7518 give them, or that is for something else. */
function readKey(candidate: unknown): PublicKey | undefined {
  if (typeof candidate !== "object" || candidate === null) return undefined;
  const {
    kty,
    kid,
    alg,
    use,
    key_ops: operations,
    ...rest
  }: Record<string, unknown> = {
    ...candidate,
  };
  if (alg !== undefined && typeof alg !== "string") return undefined;
  if (use !== undefined && use !== "sig") return undefined;
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes("verify")))
    return undefined;
  const named = {
    ...(typeof kid === "string" ? { kid } : {}),
    ...(alg === undefined ? {} : { alg }),
  };
  const { n, e, crv, x, y } = rest;
  if (kty === "RSA" && typeof n === "string" && typeof e === "string")
    return { kty, n, e, ...named };
  if (kty === "EC" && typeof crv === "string" && typeof x === "string" && typeof y === "string")
    return { kty, crv, x, y, ...named };
  return undefined;
}

function isUsable(jwk: PublicKey): boolean {
  if (jwk.kty === "EC") return CURVES.has(jwk.crv) && imported(jwk) !== undefined;
  const { modulusLength = 0, publicExponent = 0n } = imported(jwk)?.asymmetricKeyDetails ?? {};
  return (
    modulusLength >= RSA_BITS.min &&
    modulusLength <= RSA_BITS.max &&
    publicExponent.toString(2).length <= RSA_EXPONENT_BITS_AT_MOST
  );
}

/** Undefined when the numbers are no key: a point that is not on the curve, an empty modulus. */
function imported(jwk: PublicKey): KeyObject | undefined {
  try {
    return createPublicKey({ key: jwk as JsonWebKeyInput["key"], format: "jwk" });
  } catch (error) {
    // OpenSSL's and Node's errors about a key carry a code; nothing else can fail here.
    if (error instanceof Error && "code" in error) return undefined;
    throw error;
  }
}
