import type { Agent, IncomingMessage } from "node:http";
import { basicDate, type CredentialSource, signedHeaders } from "./sign-request.ts";

/** An AWS service with a JSON protocol, called without an SDK. */
export interface SlimService {
  /** The name in the credential scope. */
  readonly service: string;
  readonly region: string;
  readonly endpoint: string;
  readonly contentType: "application/x-amz-json-1.0" | "application/x-amz-json-1.1";
  readonly credentials: CredentialSource;
  /** Identifies the calls in logs. */
  readonly userAgent?: string | undefined;
  /** Keeps connections open between calls. Absent: a new agent. */
  readonly agent?: Agent | undefined;
}

/** An error response of a service, with the name and form of the SDK's errors. */
class ServiceError extends Error {
  readonly $metadata: { readonly httpStatusCode: number };
  readonly CancellationReasons: unknown;
  constructor(name: string, message: string, httpStatusCode: number, cancellationReasons: unknown) {
    super(message);
    this.name = name;
    this.$metadata = { httpStatusCode };
    this.CancellationReasons = cancellationReasons;
  }
}

export type SlimCall = (
  target: string,
  input: unknown,
  signal: AbortSignal,
) => Promise<Readonly<Record<string, unknown>>>;

/**
 * A function that sends one request. Deadlines and retries are the caller's. The function throws
 * a `ServiceError`, a `SyntaxError` if the response is not JSON, or Node's network errors.
 */
export function slimCall(options: SlimService): SlimCall {
  const url = new URL(options.endpoint);
  // Loads only the module that is needed: TLS adds milliseconds to a cold start.
  const http = process.getBuiltinModule(url.protocol === "https:" ? "node:https" : "node:http");
  const agent = options.agent ?? new http.Agent({ keepAlive: true });
  const agentHeader = options.userAgent === undefined ? {} : { "user-agent": options.userAgent };
  const common = {
    protocol: url.protocol,
    hostname: url.hostname,
    port: url.port,
    method: "POST",
    path: "/",
    agent,
  };

  return async (target, input, signal) => {
    const body = JSON.stringify(input);
    const request = { ...options, host: url.host, target, body };
    const headers = signedHeaders(request, await options.credentials(), basicDate(Date.now()));
    const [response, text] = await new Promise<[IncomingMessage, string]>((resolve, reject) => {
      const call = http.request(
        {
          ...common,
          headers: { ...headers, ...agentHeader, "content-length": Buffer.byteLength(body) },
          signal,
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("end", () => resolve([response, Buffer.concat(chunks).toString()]));
          // The connection broke within the response.
          response.on("error", reject);
        },
      );
      call.on("error", reject);
      call.end(body);
    });
    const status = response.statusCode ?? 0;
    if (status !== 200) throw serviceError(status, text);
    return object(JSON.parse(text));
  };
}

// AWS JSON protocols: the error's name is the part of `__type` after `#`. A load balancer's own
// response has none.
function serviceError(status: number, text: string): ServiceError {
  try {
    const { __type: type, message, Message, CancellationReasons } = object(JSON.parse(text));
    const name = typeof type === "string" ? type.slice(type.lastIndexOf("#") + 1) : "UnknownError";
    return new ServiceError(
      name,
      String(message ?? Message ?? `HTTP status ${status}`),
      status,
      CancellationReasons,
    );
  } catch {
    return new ServiceError("UnknownError", `HTTP status ${status}`, status, undefined);
  }
}

function object(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null)
    throw new SyntaxError("the answer is not a JSON object");
  return { ...value };
}
