import { fromAuthorization, fromQuery } from "./signature-fields.ts";
import {
  type Credential,
  incomplete,
  type SignatureRefusal,
  type SignedRequest,
} from "./signed-request.ts";

export type ReadCredential =
  | { readonly ok: true; readonly credential: Credential }
  | SignatureRefusal;

/**
 * What the request says of its signature, in the `Authorization` header or as a presigned query. Whatever could be
 * read in two ways is refused here: repeated or oddly spelled parameters, two places for one thing, and headers that
 * change the meaning of a request without being signed. Verifies nothing.
 */
export function readCredential(request: SignedRequest): ReadCredential {
  const headers = namedHeaders(request);
  const query = namedParameters(request.rawQuery);
  if (!headers.ok) return headers;
  if (!query.ok) return query;
  const authorization = headers.values.get("authorization");
  if (authorization === undefined && query.values.size === 0) {
    return {
      ok: false,
      code: "MissingAuthenticationToken",
      message: "Request is missing Authentication Token",
    };
  }
  if (authorization !== undefined && query.values.size > 0) {
    return incomplete(
      "a request must not be signed in both its Authorization header and its query string",
    );
  }
  const read =
    authorization === undefined
      ? fromQuery(query.values, headers.values)
      : fromAuthorization(authorization, headers.values);
  if (!read.ok) return read;
  return unsignedHeader(read.credential, headers.values) ?? read;
}

// Parameters that carry a signature. Signers copy the last one's name from a header, in whatever case it had.
const CONTENT_SHA256 = "x-amz-content-sha256";
const PARAMETERS = [
  "X-Amz-Algorithm",
  "X-Amz-Credential",
  "X-Amz-Date",
  "X-Amz-Expires",
  "X-Amz-Security-Token",
  "X-Amz-Signature",
  "X-Amz-SignedHeaders",
  "X-Amz-Content-Sha256",
];
const SPELLING = new Map(PARAMETERS.map((name) => [name.toLowerCase(), name]));

type Named = { readonly ok: true; readonly values: ReadonlyMap<string, string> } | SignatureRefusal;

// Only headers of which there must not be two are kept: those that carry the credential, `host`, and `x-amz-*`.
function namedHeaders(request: SignedRequest): Named {
  const values = new Map<string, string>();
  for (const [name, value] of request.headers) {
    const lower = name.toLowerCase();
    if (lower !== "authorization" && lower !== "host" && !lower.startsWith("x-amz-")) continue;
    if (values.has(lower)) return incomplete(`header \`${lower}\` is given more than once`);
    values.set(lower, value.trim());
  }
  return { ok: true, values };
}

// `X-Amz-*` parameters by name. CVE-2022-2385: two parameters whose names differ by case were read by one
// component from the first and by another from the last.
function namedParameters(rawQuery: string): Named {
  const values = new Map<string, string>();
  const seen = new Set<string>();
  if (rawQuery === "") return { ok: true, values };
  for (const part of rawQuery.split("&")) {
    const equals = part.indexOf("=");
    const name = decode(equals === -1 ? part : part.slice(0, equals));
    const lower = name?.toLowerCase();
    if (name === undefined || lower === undefined)
      return incomplete("the query string contains a broken escape");
    if (!lower.startsWith("x-amz-")) continue;
    if (seen.has(lower)) return incomplete(`query parameter \`${name}\` is given more than once`);
    seen.add(lower);
    const spelling = SPELLING.get(lower);
    if (spelling === undefined) continue;
    if (spelling !== name && lower !== CONTENT_SHA256)
      return incomplete(`query parameter \`${name}\` must be spelled \`${spelling}\``);
    const value = decode(equals === -1 ? "" : part.slice(equals + 1));
    if (value === undefined) return incomplete("the query string contains a broken escape");
    values.set(spelling, value);
  }
  return { ok: true, values };
}

function decode(text: string): string | undefined {
  if (!text.includes("%") && !text.includes("+")) return text;
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    return undefined;
  }
}

// CloudFront adds it on the way (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/adding-cloudfront-headers.html).
const ADDED_BY_PROXIES = new Set(["x-amz-cf-id"]);

// AWS: host and every x-amz-* header must be signed. What is not signed could have been put there by anyone.
function unsignedHeader(
  { signedHeaders }: Credential,
  headers: ReadonlyMap<string, string>,
): SignatureRefusal | undefined {
  const signed = new Set(signedHeaders);
  if (!signed.has("host")) {
    return incomplete("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  }
  for (const name of headers.keys()) {
    if (name === "authorization" || signed.has(name) || ADDED_BY_PROXIES.has(name)) continue;
    return incomplete(`'${name}' must be a 'SignedHeader' in the AWS Authorization.`);
  }
  return undefined;
}
