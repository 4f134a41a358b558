import type { IncomingMessage, ServerResponse } from "node:http";
import type { Refusal } from "../refusal.ts";
import type { HttpRequest } from "./http-request.ts";

/** A request of Node's server. @param target as on the wire */
export function requestOfNode(request: IncomingMessage, target: string): HttpRequest {
  const { rawHeaders, socket } = request;
  return {
    method: request.method ?? "",
    target,
    headers: Array.from(
      { length: rawHeaders.length / 2 },
      (_, at) => [rawHeaders[2 * at] ?? "", rawHeaders[2 * at + 1] ?? ""] as const,
    ),
    sourceIp: socket.remoteAddress,
    secureTransport: "encrypted" in socket && socket.encrypted === true,
  };
}

/** Sends a refusal. */
export function sendRefusal(
  response: ServerResponse,
  { statusCode, headers, body }: Refusal,
): void {
  // The rest of a body that is too large is not read: the connection cannot be used again.
  const close = statusCode === 413 ? { connection: "close" } : {};
  response.writeHead(statusCode, { ...headers, ...close });
  response.end(body);
}
