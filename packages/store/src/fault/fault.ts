import { StoreUnavailable } from "./error.ts";

// DynamoDB Developer Guide, Programming.Errors: the errors marked "OK to retry? Yes".
const TRANSIENT_NAMES: ReadonlySet<string> = new Set([
  "ProvisionedThroughputExceededException",
  "ProvisionedThroughputExceeded",
  "ThrottlingException",
  "ThrottlingError",
  "Throttling",
  "RequestLimitExceeded",
  "LimitExceededException",
  "InternalServerError",
  "InternalServerException",
  "ServiceUnavailable",
  "ServiceUnavailableException",
  "TransactionInProgressException",
  "ItemCollectionInUseException",
  "TimeoutError",
  // KMS
  "KMSInternalException",
  "DependencyTimeoutException",
]);

const TRANSIENT_CODES: ReadonlySet<string> = new Set([
  "ECONNRESET",
  "ECONNREFUSED",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "EAI_AGAIN",
  "ENETUNREACH",
  "EHOSTUNREACH",
  "ERR_STREAM_PREMATURE_CLOSE",
]);

/** Whether a retry may succeed: throttling, server errors, broken connections. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (TRANSIENT_NAMES.has(error.name)) return true;
  if ("code" in error && typeof error.code === "string" && TRANSIENT_CODES.has(error.code))
    return true;
  return statusOf(error) >= 500;
}

export interface CancellationReason {
  readonly Code?: string | undefined;
  readonly Message?: string | undefined;
}

/** The reasons of a cancelled transaction, one for each item. Empty for other errors. */
export function cancellationReasons(error: unknown): readonly CancellationReason[] {
  if (!(error instanceof Error) || error.name !== "TransactionCanceledException") return [];
  return "CancellationReasons" in error && Array.isArray(error.CancellationReasons)
    ? error.CancellationReasons
    : [];
}

/** Whether a cancellation reason is throttling. */
export function isThrottling(code: string | undefined): boolean {
  return code === "ThrottlingError" || code === "ProvisionedThroughputExceeded";
}

/** For `catch`: rethrows retryable errors as they are, and others as `StoreUnavailable`. */
export function refusedUnless(isRetryable: (error: unknown) => boolean): (error: unknown) => never {
  return (error) => {
    throw isRetryable(error) ? error : refused(error);
  };
}

/** The `StoreUnavailable` for an error that is not retryable. */
export function refused(error: unknown): StoreUnavailable {
  if (error instanceof StoreUnavailable) return error;
  // Unreadable responses: JSON.parse throws a SyntaxError, a missing member causes a TypeError.
  const malformed = error instanceof SyntaxError || error instanceof TypeError;
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new StoreUnavailable(malformed ? "malformed" : "refused", what, error);
}

function statusOf(error: Error): number {
  if (!("$metadata" in error)) return 0;
  const metadata = error.$metadata;
  if (typeof metadata !== "object" || metadata === null || !("httpStatusCode" in metadata))
    return 0;
  return typeof metadata.httpStatusCode === "number" ? metadata.httpStatusCode : 0;
}
