import { createPublicKey, type JsonWebKeyInput, type KeyObject } from "node:crypto";
import type { JWK } from "jose";

/** The most keys of each type that are read (IAM UG/id_roles_providers_create_oidc). */
const MAX_KEYS = 100;

/** RFC 7518, 3.3, requires 2,048 bits. Keys of more than 8,192 bits make verification slow. */
const RSA_BITS = { min: 2048, max: 8192 } as const;
/** OpenSSL rejects longer exponents with long moduli. The common exponent has 17 bits. */
const MAX_RSA_EXPONENT_BITS = 64;
const CURVES: ReadonlySet<unknown> = new Set(["P-256", "P-384", "P-521"]);

/**
 * The keys of a key set that can verify a token, reduced to the members needed for it. Keys for
 * other purposes and malformed keys are skipped, so that they don't prevent the use of good ones.
 */
export function usableKeys(published: readonly unknown[]): readonly JWK[] {
  const count = { RSA: 0, EC: 0 };
  return published.flatMap((candidate) => {
    const key = readKey(candidate);
    if (key === undefined || count[key.kty] >= MAX_KEYS) return [];
    count[key.kty]++;
    return isUsable(key) ? [key] : [];
  });
}

type PublicKey = JWK & { readonly kty: "RSA" | "EC" };

/**
 * Reads a key. Undefined if a member has another type than in RFC 7517 and 7518, or if the key is
 * for another purpose.
 */
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
    publicExponent.toString(2).length <= MAX_RSA_EXPONENT_BITS
  );
}

/**
 * Imports a key. Undefined if its numbers are no key: a point that is not on the curve, an empty
 * modulus.
 */
function imported(jwk: PublicKey): KeyObject | undefined {
  try {
    return createPublicKey({ key: jwk as JsonWebKeyInput["key"], format: "jwk" });
  } catch (error) {
    // Errors of OpenSSL and Node about a key have a code. Nothing else can fail here.
    if (error instanceof Error && "code" in error) return undefined;
    throw error;
  }
}
