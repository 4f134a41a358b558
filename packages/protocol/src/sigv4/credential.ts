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
 * Parses the signature of a request, from its `Authorization` header or its presigned query.
 * Verifies nothing, but refuses what two parsers could read differently: repeated parameters or
 * parameters in another letter case, one value in both header and query, and unsigned headers that
 * change the request's meaning.
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

// The parameters of a signature. Signers copy the last one from a header, in that header's case.
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

// The headers that must not be repeated: `authorization`, `host`, `x-amz-*`, and `date` where it
// takes the place of `x-amz-date`.
function namedHeaders(request: SignedRequest): Named {
  const values = new Map<string, string>();
  const dated = request.headers.find(([name]) => name.toLowerCase() === "x-amz-date");
  for (const [name, value] of request.headers) {
    const lower = name.toLowerCase();
    if (!SINGLE.has(lower) && !lower.startsWith("x-amz-")) continue;
    if (values.has(lower) && (lower !== "date" || dated === undefined))
      return incomplete(`header \`${lower}\` is given more than once`);
    values.set(lower, value.trim());
  }
  return { ok: true, values };
}

const SINGLE: ReadonlySet<string> = new Set(["authorization", "host", "date"]);

// `X-Amz-*` parameters by name. CVE-2022-2385: of two parameters whose names differed by case, one
// component read the first and another the last.
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

/**
 * Headers that need not be signed. CloudFront adds `x-amz-cf-id`
 * (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/adding-cloudfront-headers.html).
 * The value of `x-amz-content-sha256` is the last line of the canonical request, so the signature
 * covers it in any case; awscurl and aws-requests-auth do not list it among the signed headers.
 */
const MAY_BE_UNSIGNED: ReadonlySet<string> = new Set(["x-amz-cf-id", CONTENT_SHA256]);

// AWS: host and every x-amz-* header must be signed. Anyone could have added an unsigned one.
function unsignedHeader(
  { signedHeaders }: Credential,
  headers: ReadonlyMap<string, string>,
): SignatureRefusal | undefined {
  const signed = new Set(signedHeaders);
  if (!signed.has("host")) {
    return incomplete("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  }
  for (const name of headers.keys()) {
    if (name === "authorization" || name === "date" || signed.has(name)) continue;
    if (MAY_BE_UNSIGNED.has(name)) continue;
    return incomplete(`'${name}' must be a 'SignedHeader' in the AWS Authorization.`);
  }
  return undefined;
}
