import type { SignedRequest } from "./signed-request.ts";

/**
 * What the signer signed, according to the wire: SigV4's canonical request, task 1 of
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html, with one of the request's
 * `canonicalPaths`. Undefined when it has no single canonical form: broken escapes in the query, or a signed header that is absent.
 */
export function canonicalRequest(
  request: SignedRequest,
  canonicalPath: string,
  signedHeaders: readonly string[],
  payloadHash: string,
): string | undefined {
  const query = canonicalQuery(request.rawQuery);
  const headers = canonicalHeaders(request.headers, signedHeaders);
  if (query === undefined || headers === undefined) return undefined;
  return `${request.method}\n${canonicalPath}\n${query}\n${headers}\n${signedHeaders.join(";")}\n${payloadHash}`;
}

/** What a gateway hands on as the path: the wire's own, or what its escapes stand for. */
export type PathForm = "wire" | "decoded";

/**
 * The canonical paths that a request may have been signed with: the wire's path encoded once more (all services but S3).
 *
 * INVARIANT: a path is never normalised, and whatever verifies says the same to all who are given this path. SDK signers resolve
 * `//`, `.` and `..` before signing yet send them unresolved. Were both accepted, one signature would stand for many paths, and what
 * the router behind is given would not be what was signed. Such requests do not verify.
 *
 * Of a decoded path the wire's spelling is lost. It was either the one in which only unreserved characters are bare, as SDKs spell it, or,
 * when there is no percent sign in it, the path itself. (With one in it, the path itself would be the spelling of another path.)
 */
export function canonicalPaths(rawPath: string, form: PathForm): readonly string[] {
  if (rawPath === "") return ["/"];
  if (UNRESERVED_PATH.test(rawPath)) return [rawPath];
  const once = encodePath(rawPath);
  if (form === "wire") return [once];
  return rawPath.includes("%") ? [encodePath(once)] : [encodePath(once), once];
}

// RFC 3986 unreserved characters stand for themselves; all else is percent-encoded UTF-8 with upper-case digits.
const UNRESERVED_PATH = /^[A-Za-z0-9\-._~/]*$/;
const UNRESERVED = /^[A-Za-z0-9\-._~]*$/;

const encodePath = (path: string) => path.split("/").map(encode).join("/");

function canonicalQuery(rawQuery: string): string | undefined {
  if (rawQuery === "") return "";
  const pairs: string[] = [];
  for (const part of rawQuery.split("&")) {
    if (part === "") continue;
    const equals = part.indexOf("=");
    const name = reencode(equals === -1 ? part : part.slice(0, equals));
    const value = reencode(equals === -1 ? "" : part.slice(equals + 1));
    if (name === undefined || value === undefined) return undefined;
    // Sorting pairs joined by `=` would put `a-` before `a`; by a character below all others it does not.
    if (name !== "X-Amz-Signature") pairs.push(`${name}\u0000${value}`);
  }
  return pairs.sort().join("&").replaceAll("\u0000", "=");
}

// Decodes and encodes again, byte by byte, so that any spelling of a value has one canonical form. A plus is a
// space, as every parser of queries behind us takes it.
function reencode(text: string): string | undefined {
  if (UNRESERVED.test(text)) return text;
  if (BROKEN_ESCAPE.test(text)) return undefined;
  return text.replace(ESCAPE_OR_RESERVED, (match) => {
    if (match === "+") return "%20";
    if (match.length !== 3 || match[0] !== "%") return encode(match);
    const character = String.fromCharCode(Number.parseInt(match.slice(1), 16));
    return UNRESERVED.test(character) ? character : match.toUpperCase();
  });
}

const BROKEN_ESCAPE = /%(?![0-9A-Fa-f]{2})/;
const ESCAPE_OR_RESERVED = /%[0-9A-Fa-f]{2}|[^A-Za-z0-9\-._~%]+?/gu;

function encode(text: string): string {
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
