import type { BearerProofInput } from "./bearer-input.ts";
import { proveOwnToken } from "./own-token.ts";
import type { Proof } from "./proof.ts";
import { proveProviderToken } from "./provider-token.ts";

/**
 * Proves the holder of a token: one of this installation, or one of a provider that is registered
 * in the account of the role that the request names.
 */
export async function proveToken(token: string, input: BearerProofInput): Promise<Proof> {
  const { verification, bearer } = input;
  const claims = verification.claimsOf(token);
  if (claims === undefined) return { ok: false, reason: "the token is no JWT" };
  return verification.hasOwnIssuer(claims, bearer.issuer)
    ? proveOwnToken(token, claims, input)
    : proveProviderToken(token, claims, input);
}
