import { hasOwnIssuer } from "@portcullis/iam/federation/own-token";
import { decodeJwt, type JWTPayload } from "jose";
import { JOSEError } from "jose/errors";
import { proveOwnToken } from "./own-token.ts";
import type { BearerProofInput, Proof } from "./proof.ts";
import { proveProviderToken } from "./provider-token.ts";

/**
 * Proves the holder of a token: one of this installation, or one of a provider that is registered
 * in the account of the role that the request names.
 */
export async function proveToken(token: string, input: BearerProofInput): Promise<Proof> {
  const claims = claimsOf(token);
  if (claims === undefined) return { ok: false, reason: "the token is no JWT" };
  return hasOwnIssuer(claims, input.bearer.issuer)
    ? proveOwnToken(token, claims, input)
    : proveProviderToken(token, claims, input);
}

/** The claims of a token. Nothing of them is proven. */
function claimsOf(token: string): JWTPayload | undefined {
  try {
    return decodeJwt(token);
  } catch (error) {
    if (error instanceof JOSEError) return undefined;
    throw error;
  }
}
