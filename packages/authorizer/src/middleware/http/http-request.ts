import type { HeaderLines } from "../../request/api-request.ts";

/** A request as an HTTP server received it, before its body. */
export interface HttpRequest {
  readonly method: string;
  /** The path and query as on the wire, such as `/invoices/1?full=true`. */
  readonly target: string;
  /** As on the wire, repeated ones included. */
  readonly headers: HeaderLines;
  /** The peer's address. */
  readonly sourceIp: string | undefined;
  /** Whether the peer's connection is TLS. */
  readonly secureTransport: boolean;
}

/**
 * Whether a target is in origin form and has only characters that RFC 3986 allows there.
 * Frameworks read others in ways of their own: `#` ends the path for some, `\` is `/` for others.
 */
export const isOriginForm = (target: string): boolean => ORIGIN_FORM.test(target);

// RFC 3986: pchar, `/` and the escapes in the path. Clients leave `[ ] { } | " ^` and backticks bare
// in queries.
const ORIGIN_FORM = /^\/(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2})*(?:\?[!-"$-[\]-~]*)?$/;

/**
 * The peer's address as policies know it: an IPv4 address that a dual-stack socket reports as IPv6
 * is IPv4.
 */
export const peerAddress = (address: string | undefined): string | undefined =>
  address?.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, "");
