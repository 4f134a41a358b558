/** A request of the control API, as far as its protocols look at it. */
export interface WireRequest {
  /** `application/x-www-form-urlencoded` (query) or JSON, as it came. */
  readonly body: string | Uint8Array;
  /** The raw query string without `?`; the query protocol takes parameters from it too, as AWS does. */
  readonly query?: string;
  /** The `X-Amz-Target` header (JSON protocol). */
  readonly target?: string | undefined;
}

export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An error as clients see it. Members that its schema has beside the message are written too, when the object has them. */
export interface WireError {
  readonly code: string;
  readonly message: string;
  /** The HTTP status; without it, the one that the service's schema (or AWS's common errors) gives the code. */
  readonly status?: number | undefined;
  /** Who is at fault; without it, the sender unless the status is 5xx. */
  readonly type?: "Sender" | "Receiver" | undefined;
  /** Of a refusal: what `sts:DecodeAuthorizationMessage` explains. A member beside the message, which stays AWS's word for word. */
  readonly encodedAuthorizationMessage?: string | undefined;
}

export type Decoded =
  | { readonly ok: true; readonly operation: string; readonly input: Input }
  | { readonly ok: false; readonly error: WireError };

/** An operation's input by member name, of the types of the SDK's `...CommandInput`; absent members are absent. */
export type Input = Readonly<Record<string, unknown>>;

/**
 * Bytes of a request that are read at all: what a Lambda function can be given
 * (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html, invocation payload).
 */
export const MAX_REQUEST_BYTES = 6 * 1024 * 1024;

/** A request that says nothing the protocol understands. Thrown while decoding and caught there, never beyond. */
export class Malformed extends Error {
  override readonly name = "Malformed";
  readonly code: string;
  readonly status: number;
  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** @throws {Malformed} when it is too long, or not UTF-8 */
export function textOf(body: string | Uint8Array): string {
  const bytes = typeof body === "string" ? Buffer.byteLength(body) : body.byteLength;
  if (bytes > MAX_REQUEST_BYTES) {
    throw new Malformed(
      "RequestEntityTooLarge",
      `request body is longer than ${MAX_REQUEST_BYTES} bytes`,
      413,
    );
  }
  if (typeof body === "string") return body;
  try {
    return utf8.decode(body);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new Malformed("MalformedInput", "request body is not UTF-8");
  }
}
