import { SAML, SamlStatusError } from "@node-saml/node-saml";
import { ApiError } from "../error.ts";
import { plausibleSigners } from "./plausible-signers.ts";
import { isElement, type SamlElement } from "./saml-element.ts";

/** The keys that verify and decrypt a response. */
export interface SamlKeys {
  /** Base64 of X.509 certificates. */
  readonly certificates: readonly string[];
  /** PEM of private keys, newest first. Without any, encrypted assertions can't be read. */
  readonly privateKeys: readonly string[];
  /** Unencrypted assertions are refused. */
  readonly encryptionRequired: boolean;
}

const SIGNATURES: ReadonlySet<string> = new Set(
  ["rsa-sha256", "rsa-sha384", "rsa-sha512"].map(
    (name) => `http://www.w3.org/2001/04/xmldsig-more#${name}`,
  ),
);
const DIGESTS: ReadonlySet<string> = new Set([
  "http://www.w3.org/2001/04/xmlenc#sha256",
  "http://www.w3.org/2001/04/xmldsig-more#sha384",
  "http://www.w3.org/2001/04/xmlenc#sha512",
]);

/**
 * Verifies a base64 SAML response and returns its assertion, parsed from exactly the bytes that
 * were signed. Nothing else of the document is read, which prevents signature wrapping.
 * @throws {ApiError} `InvalidIdentityToken`; `IDPRejectedClaim` if the provider reports a failure
 */
export async function signedAssertion(encoded: string, keys: SamlKeys): Promise<SamlElement> {
  const xml = Buffer.from(encoded, "base64").toString("utf8");
  // No SAML message has a document type (SAML core 1.3). Entities, and so entity expansion, are
  // declared in one.
  if (!xml.trimStart().startsWith("<") || /<!(?:DOCTYPE|ENTITY)/i.test(xml))
    throw invalid("Invalid SAML response.");
  if (exceedsLimits(xml))
    throw invalid("The SAML response is larger or deeper than any provider's.");
  checkAlgorithms(xml);
  const encrypted = /<(?:[\w.-]+:)?EncryptedAssertion[\s>]/.test(xml);
  if (keys.encryptionRequired && !encrypted)
    throw invalid("The provider's assertions must be encrypted.");
  const certificates = certificatesToTry(xml, keys.certificates, encrypted);
  if (certificates.length === 0) throw invalid(NOT_SIGNED);
  // Without a private key first: that reads exactly the unencrypted assertions.
  let failure: unknown;
  for (const privateKey of [undefined, ...(encrypted ? keys.privateKeys : [])]) {
    try {
      const assertion = await verify(encoded, certificates, privateKey);
      if (privateKey !== undefined || !keys.encryptionRequired) return assertion;
      throw invalid("The provider's assertions must be encrypted.");
    } catch (error) {
      if (error instanceof ApiError) throw error;
      if (error instanceof SamlStatusError) {
        throw new ApiError(
          "IDPRejectedClaim",
          "The identity provider reported that authentication failed.",
        );
      }
      failure = error;
    }
  }
  // Any other error of the library is caused by the document. Its text would help only an attacker.
  if (failure instanceof Error) throw invalid(NOT_SIGNED);
  throw failure;
}

const NOT_SIGNED = "The SAML response is not signed by the provider, or is not valid.";

/**
 * The certificates to verify a response with. Anyone can send a response, so its signature must
 * plausibly be the provider's before the expensive canonicalization. The signature of an encrypted
 * assertion can be encrypted too, and a response without an assertion needs none.
 */
function certificatesToTry(
  xml: string,
  certificates: readonly string[],
  encrypted: boolean,
): readonly string[] {
  const signed = /<(?:[\w.-]+:)?SignatureValue[\s>]/.test(xml);
  const needsNone = encrypted || !/<(?:[\w.-]+:)?Assertion[\s>]/.test(xml);
  if (!signed) return needsNone ? certificates : [];
  const plausible = plausibleSigners(xml, certificates);
  return encrypted && plausible.length > 0 ? certificates : plausible;
}

async function verify(
  encoded: string,
  certificates: readonly string[],
  privateKey: string | undefined,
): Promise<SamlElement> {
  const saml = new SAML({
    idpCert: [...certificates],
    // Required by the constructor. Only requests use them, and none is made.
    issuer: "portcullis",
    callbackUrl: "https://localhost",
    // Either the response or the assertion must be signed.
    wantAssertionsSigned: false,
    wantAuthnResponseSigned: false,
    // Checked by the caller, on the signed assertion.
    audience: false,
    acceptedClockSkewMs: -1,
    ...(privateKey === undefined ? {} : { decryptionPvk: privateKey }),
  });
  const { profile } = await saml.validatePostResponseAsync({ SAMLResponse: encoded });
  const document: unknown = profile?.getAssertion?.();
  const assertion = isElement(document) ? document.Assertion : undefined;
  if (!isElement(assertion)) throw new Error("there is no assertion");
  return assertion;
}

const MAX_TAGS = 2500;
const MAX_ATTRIBUTES = 4000;
const MAX_DEPTH = 50;

/**
 * Whether a document has so many tags, attributes or levels that parsing would be slow. Tested on
 * the text, before it is parsed.
 */
function exceedsLimits(xml: string): boolean {
  if (xml.split("<").length > MAX_TAGS) return true;
  let depth = 0;
  for (const [tag] of xml.matchAll(/<[^!?][^>]*/g)) {
    if (tag.startsWith("</")) depth--;
    else if (!tag.endsWith("/")) depth++;
    if (depth > MAX_DEPTH) return true;
  }
  return (xml.match(/=\s*["']/g)?.length ?? 0) > MAX_ATTRIBUTES;
}

/** Checks every algorithm that is named anywhere. SHA-1 and MD5 prove nothing. */
function checkAlgorithms(xml: string): void {
  for (const [element, , name = "", algorithm = ""] of xml.matchAll(
    /<([\w.-]+:)?(SignatureMethod|DigestMethod)\b[^>]*?Algorithm\s*=\s*["']([^"']*)["']/g,
  )) {
    const accepted = name === "SignatureMethod" ? SIGNATURES : DIGESTS;
    if (!accepted.has(algorithm) && !isOfEncryption(xml, element)) {
      throw invalid(
        `The SAML response is signed with an algorithm that is not supported: \`${algorithm.slice(0, 100)}\`.`,
      );
    }
  }
}

/** Whether the digest is one of RSA-OAEP, where SHA-1 is safe (XML Encryption 1.1, 5.5.2). */
const isOfEncryption = (xml: string, element: string): boolean => {
  const before = xml.slice(0, xml.indexOf(element));
  return (
    element.includes("DigestMethod") &&
    before.lastIndexOf("EncryptionMethod") > before.lastIndexOf("Reference")
  );
};

const invalid = (message: string) => new ApiError("InvalidIdentityToken", message);
