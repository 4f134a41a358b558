import { StoreUnavailable } from "./error.ts";

// DynamoDB Developer Guide, Programming.Errors: the errors of which it says "OK to retry? Yes".
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

/** Whether the same call may succeed a moment later: throttled, busy, broken underway. */
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

/** Why a transaction was cancelled, one reason for each of its items; empty for any other error. */
export function cancellationReasons(error: unknown): readonly CancellationReason[] {
  if (!(error instanceof Error) || error.name !== "TransactionCanceledException") return [];
  return "CancellationReasons" in error && Array.isArray(error.CancellationReasons)
    ? error.CancellationReasons
    : [];
}

/** Whether a cancelled transaction's reason is only that the table was busy. */
export function isBusy(code: string | undefined): boolean {
  return code === "ThrottlingError" || code === "ProvisionedThroughputExceeded";
}

/** For `catch`: rethrows what is worth another attempt, and anything else as what it means. */
export function refusedUnless(
  isWorthAnotherAttempt: (error: unknown) => boolean,
): (error: unknown) => never {
  return (error) => {
    throw isWorthAnotherAttempt(error) ? error : refused(error);
  };
}

/** What an error of a call that is not worth another attempt means to the caller. */
export function refused(error: unknown): StoreUnavailable {
  if (error instanceof StoreUnavailable) return error;
  // The client could not read an answer: JSON.parse fails with a SyntaxError, a missing member with a TypeError.
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
