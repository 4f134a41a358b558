import { X509Certificate } from "node:crypto";
import { ApiError } from "../error.ts";

/** The content of a SAML provider's metadata document (SAML 2.0 Metadata, 2.3.2 and 2.4.3). */
export interface SamlMetadata {
  readonly issuer: string;
  /** Base64 of each certificate that may sign assertions. */
  readonly certificates: readonly string[];
  /** Expiry of the document or of its sign-in part, whichever is earlier. */
  readonly validUntil?: Date;
}

const METADATA = "urn:oasis:names:tc:SAML:2.0:metadata";
const SIGNATURE = "http://www.w3.org/2000/09/xmldsig#";

/**
 * A record contains the whole document, and DynamoDB limits items to 400 KB. Providers' documents
 * have 5 to 20 KB.
 */
const MAX_METADATA_LENGTH = 256 * 1024;

/**
 * Parses a metadata document and checks its certificates.
 * @throws {ApiError} `InvalidInput`
 */
export async function parseSamlMetadata(text: string): Promise<SamlMetadata> {
  if (text.length > MAX_METADATA_LENGTH) {
    throw new ApiError(
      "InvalidInput",
      `The metadata document is longer than ${MAX_METADATA_LENGTH} characters.`,
    );
  }
  const root = await parse(text);
  const issuer = root.getAttribute("entityID") ?? "";
  const [provider] = elements(root, METADATA, "IDPSSODescriptor");
  if (issuer === "" || provider === undefined) throw unreadable();
  const certificates = [...elements(provider, METADATA, "KeyDescriptor")]
    .filter((key) => key.getAttribute("use") !== "encryption")
    .flatMap((key) => [...elements(key, SIGNATURE, "X509Certificate")])
    .map((element) => (element.textContent ?? "").replace(/\s+/g, ""));
  if (certificates.length === 0) {
    throw new ApiError(
      "InvalidInput",
      "The metadata document names no certificate to verify signatures with.",
    );
  }
  for (const certificate of certificates) checkCertificate(certificate);
  const ends = [root, provider].flatMap((element) => element.getAttribute("validUntil") || []);
  if (ends.length === 0) return { issuer, certificates };
  const validUntil = Math.min(...ends.map((end) => Date.parse(end)));
  if (Number.isNaN(validUntil)) throw unreadable();
  return { issuer, certificates, validUntil: new Date(validUntil) };
}

async function parse(text: string): Promise<Element> {
  // Metadata needs no document type, and entities are declared in one.
  if (text.includes("<!DOCTYPE")) throw unreadable();
  const fail = () => {
    throw unreadable();
  };
  // Loaded when first needed: most calls contain no document.
  const { DOMParser } = (await import("@xmldom/xmldom")).default;
  const document = new DOMParser({
    errorHandler: { warning: fail, error: fail, fatalError: fail },
  }).parseFromString(text.trim(), "text/xml");
  const root = document?.documentElement;
  if (root?.namespaceURI !== METADATA || root.localName !== "EntityDescriptor") throw unreadable();
  return root;
}

// The parser's lists are not iterable.
function* elements(parent: Element, namespace: string, name: string): Iterable<Element> {
  const list = parent.getElementsByTagNameNS(namespace, name);
  for (let index = 0; index < list.length; index++) {
    const element = list.item(index);
    if (element !== null) yield element;
  }
}

function checkCertificate(base64: string): void {
  try {
    new X509Certificate(Buffer.from(base64, "base64"));
  } catch {
    throw new ApiError(
      "InvalidInput",
      "The metadata document has a certificate that can't be read.",
    );
  }
}

const unreadable = () => new ApiError("InvalidInput", "Could not parse metadata");
