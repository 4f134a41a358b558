import type { IncomingMessage } from "node:http";

/** Hop-by-hop headers (RFC 9110, 7.6.1) and those that the proxy sets itself. */
const OWN: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "expect",
  "host",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  // Only the proxy knows where a request came from.
  "forwarded",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-port",
  "x-forwarded-proto",
  "x-real-ip",
  // Credentials end here: a server that had them could act as the caller.
  "authorization",
  "x-amz-security-token",
]);

export type HeaderPairs = [name: string, value: string][];

/**
 * The headers of a request as the server behind may have them.
 *
 * INVARIANT: no header of the client's is, or looks like, one that the proxy vouches for. Servers
 * that name headers as CGI does (WSGI, Rack, PHP) read `_` as `-`.
 */
export function clientHeaders({ headers, rawHeaders }: IncomingMessage): HeaderPairs {
  const listed = new Set(
    (headers.connection ?? "").split(",").map((name) => normalized(name.trim())),
  );
  return pairs(rawHeaders).filter(([name]) => {
    const plain = normalized(name);
    return !OWN.has(plain) && !plain.startsWith("x-portcullis-") && !listed.has(plain);
  });
}

/** The headers of the server's response without those that hold for one connection. */
export function serverHeaders({ headers, rawHeaders }: IncomingMessage): HeaderPairs {
  const listed = new Set((headers.connection ?? "").split(",").map((name) => name.trim()));
  return pairs(rawHeaders).filter(([name]) => {
    const plain = name.toLowerCase();
    return !PER_CONNECTION.has(plain) && !listed.has(plain);
  });
}

const PER_CONNECTION: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
]);

/** The target without the credentials of a presigned request. Other bytes stay as they are. */
export function withoutSignature(target: string): string {
  const at = target.indexOf("?");
  if (at < 0) return target;
  const parameters = target.slice(at + 1).split("&");
  const others = parameters.filter((one) => ![...new URLSearchParams(one).keys()].some(isSigning));
  if (others.length === parameters.length) return target;
  return others.length === 0 ? target.slice(0, at) : `${target.slice(0, at)}?${others.join("&")}`;
}

const isSigning = (name: string): boolean => /^x-amz-/i.test(name);

const normalized = (name: string): string => name.toLowerCase().replaceAll("_", "-");

const pairs = (raw: readonly string[]): HeaderPairs =>
  Array.from({ length: raw.length >> 1 }, (_, at) => [raw[2 * at] ?? "", raw[2 * at + 1] ?? ""]);
