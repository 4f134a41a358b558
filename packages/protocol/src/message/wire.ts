/** The parts of a control-API request that its protocol decodes. */
export interface WireRequest {
  /** `application/x-www-form-urlencoded` (query) or JSON, as received. */
  readonly body: string | Uint8Array;
  /** The raw query string without `?`. AWS takes parameters of the query protocol from it too. */
  readonly query?: string;
  /** The `X-Amz-Target` header (JSON). */
  readonly target?: string | undefined;
  /** The HTTP method (REST). */
  readonly method?: string;
  /** The raw path (REST), with or without the prefix `/<service>`. */
  readonly path?: string;
  /** A header's value by its lower-case name (REST). */
  readonly header?: (name: string) => string | undefined;
}

export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An error for the client. Written with it are the members that its schema has, if present. */
export interface WireError {
  readonly code: string;
  readonly message: string;
  /** The HTTP status. Absent: that of the service's schema, or of AWS's common errors. */
  readonly status?: number | undefined;
  /** Absent: the sender's fault unless the status is 5xx. */
  readonly type?: "Sender" | "Receiver" | undefined;
  /** Of a denial: the input of `sts:DecodeAuthorizationMessage`. A member beside AWS's message. */
  readonly encodedAuthorizationMessage?: string | undefined;
}

export type Decoded =
  | { readonly ok: true; readonly operation: string; readonly input: Input }
  | { readonly ok: false; readonly error: WireError };

/**
 * An operation's input by member name, with the types of the SDK's `...CommandInput`.
 * Absent members have no property.
 */
export type Input = Readonly<Record<string, unknown>>;
