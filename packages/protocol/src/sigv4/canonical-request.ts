import type { SignedRequest } from "./signed-request.ts";

/**
 * SigV4's canonical request, made from the request as it was received (task 1 of
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
 * Returns undefined if the query has a broken escape or a signed header is absent.
 */
export function canonicalRequest(
  request: SignedRequest,
  signedHeaders: readonly string[],
  payloadHash: string,
): string | undefined {
  const query = canonicalQuery(request.rawQuery);
  const headers = canonicalHeaders(request.headers, signedHeaders);
  if (query === undefined || headers === undefined) return undefined;
  const path = canonicalPath(request.rawPath);
  return [request.method, path, query, headers, signedHeaders.join(";"), payloadHash].join("\n");
}

/**
 * The path as received, percent-encoded once more, as every service but S3 has it.
 *
 * INVARIANT: a path is never normalized. SDK signers resolve `//`, `.` and `..` before they sign,
 * yet send them unresolved. If both were accepted, one signature would hold for many paths.
 */
function canonicalPath(rawPath: string): string {
  if (rawPath === "") return "/";
  return UNRESERVED_PATH.test(rawPath) ? rawPath : encodePath(rawPath);
}

// RFC 3986: unreserved characters stay. All others are percent-encoded UTF-8, upper-case digits.
const UNRESERVED_PATH = /^[A-Za-z0-9\-._~/]*$/;
const UNRESERVED = /^[A-Za-z0-9\-._~]*$/;

/** Percent-encodes a path but its slashes. */
export const encodePath = (path: string) => path.split("/").map(encodeStrictly).join("/");

function canonicalQuery(rawQuery: string): string | undefined {
  if (rawQuery === "") return "";
  const pairs: string[] = [];
  for (const part of rawQuery.split("&")) {
    if (part === "") continue;
    const equals = part.indexOf("=");
    const name = reencode(equals === -1 ? part : part.slice(0, equals));
    const value = reencode(equals === -1 ? "" : part.slice(equals + 1));
    if (name === undefined || value === undefined) return undefined;
    // Joined by a character below all others: with `=`, `a-` would sort before `a`.
    if (name !== "X-Amz-Signature") pairs.push(`${name}\u0000${value}`);
  }
  return pairs.sort().join("&").replaceAll("\u0000", "=");
}

// Decodes and encodes byte by byte, so that all spellings of a value have one canonical form.
// A plus is a space, as it is to the query parsers of the backends.
function reencode(text: string): string | undefined {
  if (UNRESERVED.test(text)) return text;
  if (BROKEN_ESCAPE.test(text)) return undefined;
  return text.replace(ESCAPE_OR_RESERVED, (match) => {
    if (match === "+") return "%20";
    if (match.length !== 3 || match[0] !== "%") return encodeStrictly(match);
    const character = String.fromCharCode(Number.parseInt(match.slice(1), 16));
    return UNRESERVED.test(character) ? character : match.toUpperCase();
  });
}

const BROKEN_ESCAPE = /%(?![0-9A-Fa-f]{2})/;
const ESCAPE_OR_RESERVED = /%[0-9A-Fa-f]{2}|[^A-Za-z0-9\-._~%]+?/gu;

/** Percent-encodes everything but RFC 3986's unreserved characters. */
export function encodeStrictly(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (character) => ESCAPED[character] ?? character,
  );
}

const ESCAPED: Readonly<Record<string, string>> = {
  "!": "%21",
  "'": "%27",
  "(": "%28",
  ")": "%29",
  "*": "%2A",
};

function canonicalHeaders(
  headers: SignedRequest["headers"],
  signed: readonly string[],
): string | undefined {
  const wanted = new Set(signed);
  const values = new Map<string, string>();
  for (const [name, value] of headers) {
    const lower = name.toLowerCase();
    if (!wanted.has(lower)) continue;
    const clean = UNTIDY.test(value) ? value.replace(SPACES, " ").replace(OUTER_SPACES, "") : value;
    const earlier = values.get(lower);
    values.set(lower, earlier === undefined ? clean : `${earlier},${clean}`);
  }
  let canonical = "";
  for (const name of signed) {
    const value = values.get(name);
    if (value === undefined) return undefined;
    canonical += `${name}:${value}\n`;
  }
  return canonical;
}

const UNTIDY = /^ | $| {2}|\t/;
const SPACES = /[ \t]+/g;
const OUTER_SPACES = /^ | $/g;
