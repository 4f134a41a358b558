import { randomUUID } from "node:crypto";
import { createLocalJWKSet, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from "jose";
// By name, since a namespace takes a chunk of its own in the authorizer's bundle.
import { JOSEError } from "jose/errors";
import type { SigningKeysRecord } from "../record/signing-keys.ts";
import { TOKEN_ALGORITHMS } from "../record/token-algorithm.ts";
import { publicKeys } from "./issuer-documents.ts";

/**
 * The session inside a token that `GetWebIdentityToken` issued. Other services read the principal
 * from the token. This installation reads the sealed session token from it, so the token grants at
 * most what its creator could do, and ends with that session's user, role or key.
 */
export interface OwnToken {
  readonly accessKeyId: string;
  readonly sessionToken: string;
}

/** The claim with the session, which only this installation can open. */
export const SESSION_CLAIM = "urn:portcullis:session";

/** A new `jti`. */
export const newTokenId = (): string => randomUUID();

/**
 * Whether a token names this installation as issuer. It is then verified as such only, never as
 * another provider's.
 */
export const hasOwnIssuer = (claims: JWTPayload, issuer: string): boolean => claims.iss === issuer;

/**
 * Verifies a token of this installation.
 * @returns the session, or for the log the reason why the token is invalid: altered, expired, for
 * another audience, signed by an unpublished key
 */
export async function verifyOwnToken(
  token: string,
  keys: SigningKeysRecord | undefined,
  {
    issuer,
    audience,
    now,
  }: { readonly issuer: string; readonly audience: string; readonly now: Date },
): Promise<
  | { readonly ok: true; readonly session: OwnToken }
  | { readonly ok: false; readonly reason: string }
> {
  if (keys === undefined) return { ok: false, reason: "the installation has no signing keys" };
  try {
    const { payload } = await jwtVerify(token, keySet(keys), {
      issuer,
      audience,
      algorithms: [...TOKEN_ALGORITHMS],
      currentDate: now,
      requiredClaims: ["sub", "exp", "iat", "jti", SESSION_CLAIM],
    });
    const session = payload[SESSION_CLAIM];
    if (!isOwnToken(session)) return { ok: false, reason: "the token holds no session" };
    return { ok: true, session };
  } catch (error) {
    if (error instanceof JOSEError) return { ok: false, reason: `${error.code}: ${error.message}` };
    throw error;
  }
}

function isOwnToken(value: unknown): value is OwnToken {
  if (typeof value !== "object" || value === null) return false;
  return (
    "accessKeyId" in value &&
    typeof value.accessKeyId === "string" &&
    "sessionToken" in value &&
    typeof value.sessionToken === "string"
  );
}

// jose caches imported keys by key set, so a key set is cached with its record.
const keySets = new WeakMap<SigningKeysRecord, JWTVerifyGetKey>();

function keySet(record: SigningKeysRecord): JWTVerifyGetKey {
  const cached = keySets.get(record);
  if (cached !== undefined) return cached;
  const made = createLocalJWKSet(publicKeys(record));
  keySets.set(record, made);
  return made;
}
