import { SAML, SamlStatusError } from "@node-saml/node-saml";
import { ApiError } from "../error.ts";
import { plausibleSigners } from "./plausible-signers.ts";
import { isElement, type SamlElement } from "./saml-element.ts";

/** Who may have signed, and what opens what was encrypted. */
export interface SamlKeys {
  /** Base64 of X.509 certificates. */
  readonly certificates: readonly string[];
  /** PEM of private keys, newest first; none: encrypted assertions can't be read. */
  readonly privateKeys: readonly string[];
  /** Assertions that are not encrypted are refused. */
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
 * The assertion of a base64 SAML response, read from the very bytes that were signed: nothing else of the document is looked at, so
 * wrapping a signature around another assertion gains nothing.
 * @throws {ApiError} `InvalidIdentityToken`; `IDPRejectedClaim` when the provider itself says no
 */
export async function signedAssertion(encoded: string, keys: SamlKeys): Promise<SamlElement> {
  const xml = Buffer.from(encoded, "base64").toString("utf8");
  // No SAML message has a document type (SAML core 1.3); entities, hence bombs, are declared in one.
  if (!xml.trimStart().startsWith("<") || /<!(?:DOCTYPE|ENTITY)/i.test(xml))
    throw invalid("Invalid SAML response.");
  if (isMonster(xml)) throw invalid("The SAML response is larger or deeper than any provider's.");
  checkAlgorithms(xml);
  const encrypted = /<(?:[\w.-]+:)?EncryptedAssertion[\s>]/.test(xml);
  if (keys.encryptionRequired && !encrypted)
    throw invalid("The provider's assertions must be encrypted.");
  const certificates = certificatesToTry(xml, keys.certificates, encrypted);
  if (certificates.length === 0) throw invalid(NOT_SIGNED);
  // Without a private key first: that opens exactly the assertions that are not encrypted.
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
  // Whatever else the library stumbles over is the document's fault; what it was helps only who made it up.
  if (failure instanceof Error) throw invalid(NOT_SIGNED);
  throw failure;
}

const NOT_SIGNED = "The SAML response is not signed by the provider, or is not valid.";

/**
 * Anybody may send a response, so what it shows of a signature must be seen to be the provider's before the document is
 * canonicalized. The signature of an encrypted assertion may be encrypted too, and a response without an assertion needs none.
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
    // Required by its constructor; only used for requests, which we never make.
    issuer: "portcullis",
    callbackUrl: "https://localhost",
    // The response or the assertion must be signed; without a signed response, the assertion has to be.
    wantAssertionsSigned: false,
    wantAuthnResponseSigned: false,
    // Judged by the caller, on the signed assertion.
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

const TAGS_AT_MOST = 2500;
const ATTRIBUTES_AT_MOST = 4000;
const DEPTH_AT_MOST = 50;

/** What takes parsers long: many tags, attributes or levels. A look at the text tells, before anything is parsed. */
function isMonster(xml: string): boolean {
  if (xml.split("<").length > TAGS_AT_MOST) return true;
  let depth = 0;
  for (const [tag] of xml.matchAll(/<[^!?][^>]*/g)) {
    if (tag.startsWith("</")) depth--;
    else if (!tag.endsWith("/")) depth++;
    if (depth > DEPTH_AT_MOST) return true;
  }
  return (xml.match(/=\s*["']/g)?.length ?? 0) > ATTRIBUTES_AT_MOST;
}

/** SHA-1 and MD5 no longer prove anything. Every algorithm that is named anywhere must be a good one. */
function checkAlgorithms(xml: string): void {
  for (const [element, , what = "", algorithm = ""] of xml.matchAll(
    /<([\w.-]+:)?(SignatureMethod|DigestMethod)\b[^>]*?Algorithm\s*=\s*["']([^"']*)["']/g,
  )) {
    const good = what === "SignatureMethod" ? SIGNATURES : DIGESTS;
    if (!good.has(algorithm) && !isOfEncryption(xml, element)) {
      throw invalid(
        `The SAML response is signed with an algorithm that is not supported: \`${algorithm.slice(0, 100)}\`.`,
      );
    }
  }
}

/** RSA-OAEP names a digest too, where SHA-1 does no harm (XML Encryption 1.1, 5.5.2). */
const isOfEncryption = (xml: string, element: string): boolean => {
  const before = xml.slice(0, xml.indexOf(element));
  return (
    element.includes("DigestMethod") &&
    before.lastIndexOf("EncryptionMethod") > before.lastIndexOf("Reference")
  );
};

const invalid = (message: string) => new ApiError("InvalidIdentityToken", message);
