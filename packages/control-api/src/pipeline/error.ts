import { ApiError } from "@portcullis/iam/error";
import { StoreUnavailable, TooLarge } from "@portcullis/iam/store-error";
import type { WireError } from "@portcullis/protocol";

/** A request that the wire protocol refuses. */
export class Undecodable extends Error {
  override readonly name = "Undecodable";
  readonly wireError: WireError;
  constructor(wireError: WireError) {
    super(wireError.message);
    this.wireError = wireError;
  }
}

/** The answer to an error. Of a fault of the server it says the request id alone. */
export function wireErrorOf(error: unknown, requestId: string): WireError {
  if (error instanceof Undecodable) return error.wireError;
  const known = error instanceof TooLarge ? limitExceeded(error) : error;
  if (known instanceof ApiError)
    return { code: known.code, message: known.message, status: known.status, ...known.details };
  if (known instanceof StoreUnavailable)
    return {
      code: "ServiceUnavailable",
      message: `The request has failed due to a temporary failure of the server. (${requestId})`,
      status: 503,
    };
  return {
    code: "InternalFailure",
    message: `The request processing has failed because of an unknown error. (${requestId})`,
    status: 500,
  };
}

/** Within every quota, and still more than the store takes: very many long names in one record. */
export const limitExceeded = ({ what, key }: TooLarge): ApiError =>
  new ApiError(
    "LimitExceeded",
    `The ${what} of ${key?.partition ?? "this request"} would be larger than can be kept: use fewer or shorter names.`,
  );
