import type { Service } from "../schema/service.ts";

// https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html, and what AWS answers where that page is silent.
const COMMON_STATUSES: Readonly<Record<string, number>> = {
  AccessDenied: 403,
  ExpiredToken: 403,
  IncompleteSignature: 400,
  InternalFailure: 500,
  InvalidAction: 400,
  InvalidClientTokenId: 403,
  InvalidParameterValue: 400,
  MalformedInput: 400,
  MalformedQueryString: 404,
  MissingAction: 400,
  MissingAuthenticationToken: 403,
  NotAuthorized: 400,
  OptInRequired: 403,
  RequestEntityTooLarge: 413,
  RequestExpired: 400,
  ServiceUnavailable: 503,
  SignatureDoesNotMatch: 403,
  Throttling: 400,
  ValidationError: 400,
};

/**
 * The HTTP status that AWS gives an error of a service; 400 for a code that nothing describes. JSON services answer
 * every error that is the client's with 400, whatever status its schema names.
 */
export function errorStatus(service: Service, code: string, given?: number): number {
  const status = given ?? service.errors.get(code)?.status ?? common(code) ?? 400;
  return service.wire.protocol === "json" && status < 500 && status !== 413 ? 400 : status;
}

const common = (code: string) =>
  Object.hasOwn(COMMON_STATUSES, code) ? COMMON_STATUSES[code] : undefined;
