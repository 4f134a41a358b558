import { decodeJwt, type JWTPayload } from "jose";
import { JOSEError } from "jose/errors";

/** The claims of a token, of which nothing is proven. Undefined if it is no JWT. */
export function claimsOf(token: string): JWTPayload | undefined {
  try {
    return decodeJwt(token);
  } catch (error) {
    if (error instanceof JOSEError) return undefined;
    throw error;
  }
}
