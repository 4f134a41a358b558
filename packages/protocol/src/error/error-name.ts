import type { Service } from "../schema/service.ts";

// The JSON services' names for the codes of the query protocol.
const JSON_NAMES: Readonly<Record<string, string>> = {
  AccessDenied: "AccessDeniedException",
  ExpiredToken: "ExpiredTokenException",
  IncompleteSignature: "IncompleteSignatureException",
  InvalidAction: "UnknownOperationException",
  InvalidClientTokenId: "UnrecognizedClientException",
  MissingAuthenticationToken: "MissingAuthenticationTokenException",
  SignatureDoesNotMatch: "InvalidSignatureException",
  Throttling: "ThrottlingException",
  ValidationError: "ValidationException",
};

const ORGANIZATIONS_NAMES: Readonly<Record<string, string>> = {
  ...JSON_NAMES,
  InvalidInput: "InvalidInputException",
  LimitExceeded: "ConstraintViolationException",
};

/** The name of an error in a service's protocol. Errors are thrown with their query names. */
export function errorName(service: Service, code: string): string {
  if (service.wire.protocol === "query") return code;
  const names = service.name === "organizations" ? ORGANIZATIONS_NAMES : JSON_NAMES;
  return (Object.hasOwn(names, code) ? names[code] : undefined) ?? code;
}
