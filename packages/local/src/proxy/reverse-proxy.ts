import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { sendRefusal } from "@portcullis/authorizer/http";
import { hasBody } from "../gateway/http-message.ts";
import { type CheckedBody, checkBody } from "./checked-body.ts";
import { forward } from "./forward.ts";
import { EMPTY_HASH, type ProxyOptions } from "./proxy-options.ts";
import { upstreamFault } from "./upstream.ts";
import { clientHeaders, type HeaderPairs } from "./upstream-headers.ts";

/**
 * Authorizes each request, then passes it to the server behind.
 *
 * INVARIANT: the server behind gets a request only after it was allowed, and a signed body only
 * after its hash was compared.
 */
export function reverseProxy(options: ProxyOptions): RequestListener {
  return (request, response) => {
    serve(request, response, options).catch((error: unknown) => {
      // The client ended the connection within the body.
      if (request.errored !== null || response.destroyed) return response.destroy();
      console.error(error);
      if (response.headersSent) response.destroy();
      else refuse(request, response, 500, "Internal Server Error", options);
      return undefined;
    });
  };
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  options: ProxyOptions,
): Promise<void> {
  const admission = await options.protect(request);
  if (!admission.ok) {
    const { refusal, reason } = admission;
    if (reason) options.report({ request, statusCode: refusal.statusCode, message: reason });
    return sendRefusal(response, refusal);
  }
  const headers: HeaderPairs = [
    ...clientHeaders(request),
    ...options.identify({ request, ...admission }),
  ];
  const { payloadHash } = admission.answer;
  if (payloadHash === "UNSIGNED-PAYLOAD") {
    const body = hasBody(request) ? () => request : undefined;
    const { "content-length": length } = request.headers;
    if (Number(length ?? 0) > options.bodyLimitBytes)
      return refuse(request, response, 413, tooLarge(options), options);
    if (length !== undefined) headers.push(["content-length", length]);
    else if (body !== undefined) headers.push(["transfer-encoding", "chunked"]);
    return send({ request, response, headers, body, isRepeatable: body === undefined }, options);
  }
  const checked = await checkedBody(request, payloadHash, options.bodyLimitBytes);
  if (checked === "tooLarge") return refuse(request, response, 413, tooLarge(options), options);
  if (checked === "mismatch") return refuse(request, response, 400, MISMATCH, options);
  const { length = 0 } = checked ?? {};
  if (length > 0 || !/^(?:GET|HEAD|OPTIONS|DELETE)$/.test(request.method ?? ""))
    headers.push(["content-length", String(length)]);
  const body = checked?.stream;
  try {
    await send({ request, response, headers, body, isRepeatable: true }, options);
  } finally {
    await checked?.discard();
  }
}

const MISMATCH =
  "The body is not the one that was signed: its SHA-256 differs from x-amz-content-sha256.";

const tooLarge = ({ bodyLimitBytes }: ProxyOptions): string =>
  `The body has more than ${bodyLimitBytes} bytes.`;

async function checkedBody(
  request: IncomingMessage,
  payloadHash: string,
  limitBytes: number,
): Promise<CheckedBody | "tooLarge" | "mismatch" | undefined> {
  if (!hasBody(request)) return payloadHash === EMPTY_HASH ? undefined : "mismatch";
  if (Number(request.headers["content-length"] ?? 0) > limitBytes) return "tooLarge";
  // Without `destroyOnReturn` the socket stays, and a refusal can be sent.
  const source = request.iterator({ destroyOnReturn: false });
  const check = await checkBody(source, payloadHash, limitBytes);
  return check.ok ? check.body : check.fault;
}

interface Sent {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly headers: HeaderPairs;
  readonly body: Parameters<typeof forward>[0]["body"];
  readonly isRepeatable: boolean;
}

async function send(
  { request, response, headers, body, isRepeatable }: Sent,
  options: ProxyOptions,
): Promise<void> {
  const { upstream, silenceMilliseconds } = options;
  const target = options.target(request);
  const method = request.method ?? "";
  const forwarded = { method, target, headers, body, isRepeatable, silenceMilliseconds };
  try {
    await forward(forwarded, response, upstream);
  } catch (error) {
    const { statusCode, message } = upstreamFault(error, upstream);
    if (!response.headersSent) return refuse(request, response, statusCode, message, options);
    options.report({ request, statusCode, message });
    // The client must not take what came so far for the whole.
    response.destroy();
  }
}

function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  statusCode: number,
  message: string,
  { report }: ProxyOptions,
): void {
  report({ request, statusCode, message });
  sendRefusal(response, {
    statusCode,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ message }),
    isBase64Encoded: false,
  });
}
