import { httpConnections } from "./http-connections.ts";
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

/** What can open a connection ahead of the first call. Failures are left to that call. */
export interface Connectable {
  readonly connect: () => void;
}

export interface SlimCall extends Connectable {
  (target: string, input: unknown, signal: AbortSignal): Promise<Readonly<Record<string, unknown>>>;
}

/**
 * A function that sends one request. Deadlines and retries are the caller's. The function throws
 * a `ServiceError`, a `SyntaxError` if the response is not HTTP or JSON, or Node's network errors.
 */
export function slimCall(options: SlimService): SlimCall {
  const url = new URL(options.endpoint);
  const connections = httpConnections(url);
  const agentHeader = options.userAgent === undefined ? {} : { "user-agent": options.userAgent };

  const call = async (target: string, input: unknown, signal: AbortSignal) => {
    const body = JSON.stringify(input);
    const request = { ...options, host: url.host, target, body };
    const headers = signedHeaders(request, await options.credentials(), basicDate(Date.now()));
    const length = { "content-length": String(Buffer.byteLength(body)) };
    const head = headOf({ ...headers, ...agentHeader, ...length });
    const response = await connections.send(`${head}${body}`, signal);
    if (response.status !== 200) throw serviceError(response.status, response.body);
    return object(JSON.parse(response.body));
  };
  return Object.assign(call, { connect: connections.open });
}

/** @throws {TypeError} for a value that would end its line */
function headOf(headers: Readonly<Record<string, string>>): string {
  let head = "POST / HTTP/1.1\r\n";
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[\t\x20-\x7e]*$/.test(value)) throw new TypeError(`the header ${name} is malformed`);
    head += `${name}: ${value}\r\n`;
  }
  return `${head}\r\n`;
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
