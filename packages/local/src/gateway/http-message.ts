import type { IncomingMessage, ServerResponse } from "node:http";
import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";

/** A request with its whole body. */
export interface HttpMessage {
  readonly method: string;
  /** As on the wire, without the query. */
  readonly rawPath: string;
  readonly rawQuery: string;
  /** Lower-case names; repeated headers joined by commas, as API Gateway joins them. */
  readonly headers: Readonly<Record<string, string>>;
  /** Every header line as it came. */
  readonly rawHeaders: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
  readonly sourceIp: string;
}

/** API Gateway's limit on a request's payload. */
const MAX_BODY_BYTES = 10 * 1024 * 1024;

/** RFC 9112, 6.3: a request without these headers has no body. */
export const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;

/** Reads a request. Undefined if its body is larger than API Gateway accepts. */
export async function readMessage(request: IncomingMessage): Promise<HttpMessage | undefined> {
  if (!hasBody(request)) return messageOf(request, Buffer.alloc(0));
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    size += part.length;
    if (size > MAX_BODY_BYTES) return undefined;
    parts.push(part);
  }
  return messageOf(request, Buffer.concat(parts));
}

/** A request as the emulated gateway reads it. */
export function messageOf(request: IncomingMessage, body: Buffer): HttpMessage {
  const url = request.url ?? "/";
  const mark = url.indexOf("?");
  const rawHeaders = headerLines(request.rawHeaders);
  return {
    method: request.method ?? "GET",
    rawPath: mark < 0 ? url : url.slice(0, mark),
    rawQuery: mark < 0 ? "" : url.slice(mark + 1),
    headers: joinedHeaders(rawHeaders),
    rawHeaders,
    body,
    sourceIp: (request.socket.remoteAddress ?? "").replace(/^::ffff:/, ""),
  };
}

function headerLines(raw: readonly string[]): readonly (readonly [string, string])[] {
  return Array.from(
    { length: raw.length >> 1 },
    (_, at) => [raw[2 * at] ?? "", raw[2 * at + 1] ?? ""] as const,
  );
}

function joinedHeaders(lines: readonly (readonly [string, string])[]): Record<string, string> {
  const headers = new Map<string, string>();
  for (const [given, value] of lines) {
    const name = given.toLowerCase();
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before},${value}`);
  }
  return Object.fromEntries(headers);
}

/** Whether API Gateway passes such a body on as text. All others are base64. */
export const isText = (contentType: string | undefined): boolean =>
  contentType !== undefined &&
  /^(?:text\/|application\/(?:json|javascript|xml|x-www-form-urlencoded|[\w.+-]+\+(?:json|xml))\b)/i.test(
    contentType,
  );

/** Writes a function's result as the HTTP response. */
export function respond(
  response: ServerResponse,
  { statusCode = 200, headers = {}, body = "", isBase64Encoded }: APIGatewayProxyStructuredResultV2,
): void {
  response.statusCode = statusCode;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, String(value));
  if (statusCode === 204) {
    response.end();
    return;
  }
  // Text is written together with the headers, bytes separately.
  const content = isBase64Encoded ? Buffer.from(body, "base64") : body;
  response.setHeader("content-length", Buffer.byteLength(content));
  response.end(content);
}

/** A gateway's own answer, in the shape that AWS's have. */
export const gatewayAnswer = (
  statusCode: number,
  message: string,
): APIGatewayProxyStructuredResultV2 => ({
  statusCode,
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ message }),
});
