import { randomUUID } from "node:crypto";
import { createLocalJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from "jose";
import { type SigningKeysRecord, TOKEN_ALGORITHMS } from "../record/signing-keys.ts";
import { publicKeys } from "./issuer-documents.ts";

/**
 * Tokens of our own, for those who call with `Authorization: Bearer` (and for whoever else trusts our issuer). To others a token says
 * who its principal is; to us it holds, sealed, the session that it stands for, so that it can do no more than whoever asked for it,
 * and ends when that session's user, role or key does.
 */
export interface OwnToken {
  readonly accessKeyId: string;
  readonly sessionToken: string;
}

/** The claim that only we can read. */
export const SESSION_CLAIM = "urn:portcullis:session";

export const newTokenId = (): string => randomUUID();

/** Whether a token claims to be ours: then it is verified as such, and never as another provider's. */
export const claimsToBeOurs = (claims: JWTPayload, issuer: string): boolean =>
  claims.iss === issuer;

/**
 * The session of a token of ours, or the reason (for the log only) why it is not good: altered, expired, for another audience, signed
 * by a key that is not published.
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
    if (error instanceof errors.JOSEError)
      return { ok: false, reason: `${error.code}: ${error.message}` };
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

// jose keeps the keys that it has imported with the set, so the set is kept as long as the record is the same.
const keySets = new WeakMap<SigningKeysRecord, JWTVerifyGetKey>();

function keySet(record: SigningKeysRecord): JWTVerifyGetKey {
  const known = keySets.get(record);
  if (known !== undefined) return known;
  const made = createLocalJWKSet(publicKeys(record));
  keySets.set(record, made);
  return made;
}
