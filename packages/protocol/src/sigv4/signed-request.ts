/** A request as it came over the wire; nothing in it has been decoded, merged or put in order. */
export interface SignedRequest {
  readonly method: string;
  /** The path exactly as on the wire, percent-encoding untouched, without `?` and query. */
  readonly rawPath: string;
  /** The query exactly as on the wire, without `?`; empty when there is none. */
  readonly rawQuery: string;
  /** Every header line as it came, so that repeated ones can be seen. Names in any case. */
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** What a request says of its signature. Nothing in it has been verified yet. */
export interface Credential {
  readonly accessKeyId: string;
  /** The scope: day (`20150830`), region and service. Some CLIs leave the region empty for global services. */
  readonly date: string;
  readonly region: string;
  readonly service: string;
  /** Lower-case names in order; `host` and every `x-amz-*` header of the request are among them. */
  readonly signedHeaders: readonly string[];
  /** 64 lower-case hexadecimal digits. */
  readonly signature: string;
  /** When it was signed, as `20150830T123600Z`. */
  readonly amzDate: string;
  readonly sessionToken?: string;
  /** The value of `X-Amz-Content-Sha256` (header or query), which the signature covers. */
  readonly contentSha256?: string;
  /** Present when the signature is in the query string: seconds from `amzDate` for which it holds. */
  readonly presigned?: { readonly expiresSeconds: number };
}

export type SignatureErrorCode =
  | "MissingAuthenticationToken"
  | "IncompleteSignature"
  | "SignatureDoesNotMatch";

/** AWS's error for a request that is not properly signed; its messages tell no secrets and are meant for the caller. */
export interface SignatureRefusal {
  readonly ok: false;
  readonly code: SignatureErrorCode;
  readonly message: string;
}

/** A week: the longest that AWS lets a presigned request live. */
export const MAX_PRESIGNED_SECONDS = 604_800;

export function incomplete(message: string): SignatureRefusal {
  return { ok: false, code: "IncompleteSignature", message };
}

export function mismatch(message: string): SignatureRefusal {
  return { ok: false, code: "SignatureDoesNotMatch", message };
}
