import type { Agent, IncomingMessage } from "node:http";
import { basicDate, type Credentials, signedHeaders } from "./sign-request.ts";

/** One AWS service that speaks JSON, reached without an SDK. */
export interface SlimService {
  /** Its name in signatures. */
  readonly service: string;
  readonly region: string;
  readonly endpoint: string;
  readonly contentType: "application/x-amz-json-1.0" | "application/x-amz-json-1.1";
  readonly credentials: () => Credentials;
  /** What the calls say of themselves, to be told apart in logs. */
  readonly userAgent?: string | undefined;
  /** Keeps connections open between calls; one is made when absent. */
  readonly agent?: Agent | undefined;
}

/** What a service answered in place of a result; named and shaped as the SDK's errors are. */
export class ServiceError extends Error {
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
 * One request, one answer: deadlines and retries are the caller's.
 * @throws {ServiceError} @throws {SyntaxError} when the answer is not JSON; network errors as Node throws them
 */
export function slimCall(options: SlimService): SlimCall {
  const url = new URL(options.endpoint);
  // Only the module that is needed is loaded: TLS costs a cold start some milliseconds.
  const http = process.getBuiltinModule(url.protocol === "https:" ? "node:https" : "node:http");
  const agent = options.agent ?? new http.Agent({ keepAlive: true });
  const agentHeader = options.userAgent === undefined ? {} : { "user-agent": options.userAgent };
  const where = {
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
    const headers = signedHeaders(request, options.credentials(), basicDate(Date.now()));
    const [response, text] = await new Promise<[IncomingMessage, string]>((resolve, reject) => {
      const call = http.request(
        {
          ...where,
          headers: { ...headers, ...agentHeader, "content-length": Buffer.byteLength(body) },
          signal,
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("end", () => resolve([response, Buffer.concat(chunks).toString()]));
          // An answer that breaks off.
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

/** AWS JSON protocols: the error's name is the part of `__type` after `#`; a load balancer's own answer has none. */
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
