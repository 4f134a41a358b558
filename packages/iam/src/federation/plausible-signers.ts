import { constants, publicDecrypt, X509Certificate } from "node:crypto";

/** A response and its assertion can both be signed. */
const MAX_SIGNATURES = 2;

/**
 * The certificates that may have signed a SAML response. This is a cheap test before the expensive
 * verification: an RSA signature decrypts only with the matching public key. It proves nothing
 * about the document.
 * @param certificates base64 of X.509 certificates
 */
export function plausibleSigners(xml: string, certificates: readonly string[]): readonly string[] {
  const signatures = signatureValues(xml);
  if (signatures.length > MAX_SIGNATURES) return [];
  return certificates.filter((certificate) =>
    signatures.some((signature) => decrypts(certificate, signature)),
  );
}

const signatureValues = (xml: string): readonly Buffer[] =>
  Array.from(
    xml.matchAll(/<(?:[\w.-]+:)?SignatureValue(?:\s[^>]*)?>([^<]*)</g),
    // Some libraries write carriage returns as references.
    ([, text = ""]) => Buffer.from(text.replace(/&#(?:13|10|xd|xa);/gi, ""), "base64"),
  );

function decrypts(certificate: string, signature: Buffer): boolean {
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
