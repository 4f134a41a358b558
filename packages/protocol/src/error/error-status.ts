import type { Service } from "../schema/service.ts";
import { errorName } from "./error-name.ts";

// https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html, and what AWS answers where
// that page is silent.
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
  UnknownOperationException: 404,
  ValidationError: 400,
};

/**
 * The HTTP status of an error of a service. 400 for unknown codes.
 * JSON 1.1 services answer every client error with 400, whatever status the schema has.
 * @param given the status that the error was thrown with, which is that of the query protocol
 */
export function errorStatus(service: Service, code: string, given?: number): number {
  const name = errorName(service, code);
  const known = service.errors.get(name)?.status ?? common(name);
  if (service.wire.protocol === "rest-json") return known ?? given ?? common(code) ?? 400;
  const status = given ?? known ?? common(code) ?? 400;
  return service.wire.protocol === "json" && status < 500 && status !== 413 ? 400 : status;
}

const common = (code: string) =>
  Object.hasOwn(COMMON_STATUSES, code) ? COMMON_STATUSES[code] : undefined;
