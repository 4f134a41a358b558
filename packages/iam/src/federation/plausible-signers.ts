import { constants, publicDecrypt, X509Certificate } from "node:crypto";

/** A response and its assertion may both be signed. */
const SIGNATURES_AT_MOST = 2;

/**
 * The certificates by which a SAML response may have been signed. A cheap test before the expensive one: an RSA signature that was
 * made with a certificate's key opens with its public key, and nothing else does. It proves nothing of the document.
 *
 * @param certificates base64 of X.509 certificates
 */
export function plausibleSigners(xml: string, certificates: readonly string[]): readonly string[] {
  const signatures = signatureValues(xml);
  if (signatures.length > SIGNATURES_AT_MOST) return [];
  return certificates.filter((certificate) =>
    signatures.some((signature) => opens(certificate, signature)),
  );
}

const signatureValues = (xml: string): readonly Buffer[] =>
  Array.from(
    xml.matchAll(/<(?:[\w.-]+:)?SignatureValue(?:\s[^>]*)?>([^<]*)</g),
    // Some libraries write carriage returns as references.
    ([, text = ""]) => Buffer.from(text.replace(/&#(?:13|10|xd|xa);/gi, ""), "base64"),
  );

function opens(certificate: string, signature: Buffer): boolean {
  try {
    const { publicKey } = new X509Certificate(Buffer.from(certificate, "base64"));
    if (publicKey.asymmetricKeyType !== "rsa") return false;
    publicDecrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, signature);
    return true;
  } catch (error) {
    // OpenSSL's errors carry a code.
    if (error instanceof Error && "code" in error) return false;
    throw error;
  }
}
