/** A request as received: nothing in it is decoded, merged or sorted. */
export interface SignedRequest {
  readonly method: string;
  /** The path exactly as on the wire, percent-encoding untouched, without `?` and query. */
  readonly rawPath: string;
  /** The query exactly as on the wire, without `?`; empty when there is none. */
  readonly rawQuery: string;
  /** Every header line, repeated ones included. Names in any case. */
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** The parsed signature of a request. Unverified. */
export interface Credential {
  readonly accessKeyId: string;
  /** The scope's day, such as `20150830`. */
  readonly date: string;
  /** Empty from some CLIs, for global services. */
  readonly region: string;
  readonly service: string;
  /** Lower-case names, sorted. Includes `host` and every `x-amz-*` header but two. */
  readonly signedHeaders: readonly string[];
  /** 64 lower-case hexadecimal digits. */
  readonly signature: string;
  /** The time of signing, such as `20150830T123600Z`. From `X-Amz-Date`, or from `Date`. */
  readonly amzDate: string;
  readonly sessionToken?: string;
  /** The value of `X-Amz-Content-Sha256` (header or query), covered by the signature. */
  readonly contentSha256?: string;
  /** Present if the signature is in the query string: its lifetime from `amzDate`. */
  readonly presigned?: { readonly expiresSeconds: number };
}

export type SignatureErrorCode =
  | "MissingAuthenticationToken"
  | "IncompleteSignature"
  | "SignatureDoesNotMatch";

/** AWS's error for a request that is not properly signed. The message is for the caller. */
export interface SignatureRefusal {
  readonly ok: false;
  readonly code: SignatureErrorCode;
  readonly message: string;
}

/** AWS's longest lifetime of a presigned request: one week. */
export const MAX_PRESIGNED_SECONDS = 604_800;

/** A request without a complete, unambiguous signature. */
export function incomplete(message: string): SignatureRefusal {
  return { ok: false, code: "IncompleteSignature", message };
}

/** A signature of another key, request, scope or time. */
export function mismatch(message: string): SignatureRefusal {
  return { ok: false, code: "SignatureDoesNotMatch", message };
}
