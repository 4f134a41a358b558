import { Agent, type ClientRequest, type RequestOptions, request as requestHttp } from "node:http";
import { request as requestHttps, Agent as SecureAgent } from "node:https";
import type { HeaderPairs } from "./upstream-headers.ts";

/** The server behind the proxy. */
export interface Upstream {
  readonly url: URL;
  /** Starts a request. Whoever calls writes its body and handles its events. */
  request(method: string, target: string, headers: HeaderPairs): ClientRequest;
  close(): void;
}

/** Methods whose requests may be sent again (RFC 9110, 9.2.2). */
export const isIdempotent = (method: string): boolean =>
  /^(?:GET|HEAD|OPTIONS|PUT|DELETE|TRACE)$/.test(method);

/** @param url scheme, host and port; a path there is put before each request's */
export function upstreamAt(url: URL): Upstream {
  const isSecure = url.protocol === "https:";
  const agent = isSecure
    ? new SecureAgent({ keepAlive: true })
    : new Agent({ keepAlive: true, maxSockets: 1024 });
  const prefix = url.pathname.replace(/\/$/, "");
  return {
    url,
    request(method, target, headers) {
      const options: RequestOptions = {
        method,
        host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
        port: url.port || (isSecure ? 443 : 80),
        path: `${prefix}${target}`,
        headers: [["host", url.host], ...headers].flat(),
        setHost: false,
        // A connection that was idle may be closed just now. A request that must not be sent twice
        // therefore gets a new one.
        agent: isIdempotent(method) ? agent : false,
      };
      return isSecure ? requestHttps(options) : requestHttp(options);
    },
    close: () => agent.destroy(),
  };
}

/** Why the server behind did not answer, as one sentence and a status. */
export interface UpstreamFault {
  readonly statusCode: 502 | 504;
  readonly message: string;
}

export class UpstreamTimeout extends Error {
  override readonly name = "UpstreamTimeout";
}

export function upstreamFault(error: unknown, { url }: Upstream): UpstreamFault {
  if (error instanceof UpstreamTimeout)
    return { statusCode: 504, message: `The upstream ${url.origin} ${error.message}.` };
  const code = (error as NodeJS.ErrnoException).code ?? "";
  const reason = REASONS.get(code) ?? `ended the exchange (${code || String(error)})`;
  return { statusCode: 502, message: `The upstream ${url.origin} ${reason}.` };
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ["ECONNREFUSED", "accepts no connections (is it running?)"],
  ["ENOTFOUND", "has a name that can't be resolved"],
  ["EHOSTUNREACH", "can't be reached"],
  ["ETIMEDOUT", "can't be reached"],
  ["ECONNRESET", "closed the connection before it answered"],
  ["EPIPE", "closed the connection before it had the whole request"],
]);
