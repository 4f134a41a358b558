import { createHash } from "node:crypto";
import { calculateJwkThumbprint, EmbeddedJWK, type JWK, jwtVerify } from "jose";
import { JOSEError } from "jose/errors";

/**
 * How long a proof is accepted, in seconds. Together with the tolerance for clocks it holds for
 * five minutes around its time, as signatures of requests do.
 */
const AGE_SECONDS = 60;
const TOLERANCE_SECONDS = 240;
/** Since its `iat`, until no proof of that time is accepted any more. */
const REMEMBERED_SECONDS = 600;

const LONGEST_PROOF = 4096;

/** A verified proof that the client has its private key. */
export interface DpopProof {
  /** Thumbprint of the key (RFC 7638). */
  readonly jkt: string;
  /** Names the proof, for its single use. */
  readonly digest: string;
  /** When its use may be forgotten, in epoch seconds. */
  readonly forgottenAt: number;
}

/**
 * Verifies a DPoP proof (RFC 9449, 4.3): ES256, signed with the key in its header, for this method
 * and URL, and made now.
 * @returns the proof, or for the log the reason why it is invalid
 */
export async function verifyDpopProof(
  proof: string | undefined,
  { method, url, now }: { readonly method: string; readonly url: string; readonly now: Date },
): Promise<DpopProof | string> {
  if (proof === undefined) return "the request has no DPoP proof";
  if (proof.length > LONGEST_PROOF) return "the DPoP proof is too long";
  try {
    const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, {
      typ: "dpop+jwt",
      algorithms: ["ES256"],
      currentDate: now,
      maxTokenAge: AGE_SECONDS,
      clockTolerance: TOLERANCE_SECONDS,
      requiredClaims: ["htm", "htu", "iat", "jti"],
    });
    const { htm, htu, jti, iat = 0 } = payload;
    if (htm !== method) return "the DPoP proof is for another method";
    if (typeof htu !== "string" || !isSameUrl(htu, url)) return "the DPoP proof is for another URL";
    if (typeof jti !== "string" || jti.length < 16 || jti.length > 256)
      return "the DPoP proof has no usable jti";
    const jkt = await calculateJwkThumbprint(protectedHeader.jwk as JWK, "sha256");
    const digest = createHash("sha256").update(`${jkt} ${jti}`).digest("hex");
    return { jkt, digest, forgottenAt: Math.ceil(iat) + REMEMBERED_SECONDS };
  } catch (error) {
    if (error instanceof JOSEError) return `the DPoP proof is invalid: ${error.code}`;
    // Web Crypto refuses keys that are no points of the curve.
    if (error instanceof DOMException || error instanceof TypeError)
      return "the DPoP proof has an unusable key";
    throw error;
  }
}

/** Without query and fragment (RFC 9449, 4.3). */
function isSameUrl(one: string, other: string): boolean {
  const plain = (text: string): string | undefined => {
    if (!URL.canParse(text)) return undefined;
    const { origin, pathname } = new URL(text);
    return `${origin}${pathname}`;
  };
  const own = plain(one);
  return own !== undefined && own === plain(other);
}
