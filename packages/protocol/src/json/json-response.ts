import { errorStatus } from "../error/error-status.ts";
import type { WireError, WireResponse } from "../message/wire.ts";
import type { Operation, Service } from "../schema/service.ts";
import type { Kind, Shape, Structure } from "../schema/shape.ts";

/** The answer to an operation in AWS's JSON 1.1 protocol; an operation without output has an empty body. */
export function writeJsonResponse(
  { output: structure }: Operation,
  output: object,
  requestId: string,
): WireResponse {
  return answer(
    200,
    requestId,
    structure === undefined ? "" : JSON.stringify(jsonMembers(structure, output)),
  );
}

// What the query protocol calls so, JSON services call otherwise.
const JSON_NAMES: Readonly<Record<string, string>> = {
  AccessDenied: "AccessDeniedException",
  ExpiredToken: "ExpiredTokenException",
  InvalidInput: "InvalidInputException",
  LimitExceeded: "ConstraintViolationException",
  IncompleteSignature: "IncompleteSignatureException",
  InvalidClientTokenId: "UnrecognizedClientException",
  MissingAuthenticationToken: "MissingAuthenticationTokenException",
  SignatureDoesNotMatch: "InvalidSignatureException",
  Throttling: "ThrottlingException",
  ValidationError: "ValidationException",
};

/** An error in AWS's JSON 1.1 protocol. */
export function writeJsonError(
  service: Service,
  error: WireError,
  requestId: string,
): WireResponse {
  const code =
    (Object.hasOwn(JSON_NAMES, error.code) ? JSON_NAMES[error.code] : undefined) ?? error.code;
  const structure = service.errors.get(code)?.structure;
  const message = structure?.members.has("Message") === true ? "Message" : "message";
  const fields =
    structure === undefined
      ? {}
      : jsonMembers(structure, { ...error, message: undefined, Message: undefined });
  const status = errorStatus(service, error.code, error.status);
  const body = JSON.stringify({
    __type: code,
    ...(error.message === "" ? {} : { [message]: error.message }),
    ...(error.encodedAuthorizationMessage === undefined
      ? {}
      : { EncodedAuthorizationMessage: error.encodedAuthorizationMessage }),
    ...fields,
  });
  const { headers } = answer(status, requestId, body);
  return { status, headers: { ...headers, "x-amzn-errortype": code }, body };
}

function answer(status: number, requestId: string, body: string): WireResponse {
  return {
    status,
    headers: { "content-type": "application/x-amz-json-1.1", "x-amzn-requestid": requestId },
    body,
  };
}

type Write = (value: unknown, shape: Shape) => unknown;

const asItIs: Write = (value) => value;

const writers: Readonly<Record<Kind, Write>> = {
  string: asItIs,
  number: asItIs,
  boolean: asItIs,
  // Epoch seconds with milliseconds, as AWS writes them here.
  timestamp(value) {
    if (!(value instanceof Date)) throw misfit(value);
    return value.getTime() / 1000;
  },
  blob(value) {
    if (!(value instanceof Uint8Array)) throw misfit(value);
    return Buffer.from(value).toString("base64");
  },
  list(value, shape) {
    if (shape.kind !== "list" || !Array.isArray(value)) throw misfit(value);
    return value.map((member) => write(member, shape.member));
  },
  map(value, shape) {
    if (shape.kind !== "map" || !isObject(value)) throw misfit(value);
    return Object.fromEntries(
      Object.entries(value).map(([key, of]) => [key, write(of, shape.value)]),
    );
  },
  structure(value, shape) {
    if (shape.kind !== "structure" || !isObject(value)) throw misfit(value);
    return jsonMembers(shape, value);
  },
};

const write: Write = (value, shape) => writers[shape.kind](value, shape);

function jsonMembers(structure: Structure, value: object): Record<string, unknown> {
  const json: Record<string, unknown> = {};
  const members = new Map<string, unknown>(Object.entries(value));
  for (const [name, shape] of structure.members) {
    const member = members.get(name);
    if (member !== undefined && member !== null) json[name] = write(member, shape);
  }
  return json;
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

// An operation that answers what its own schema forbids is a bug of ours.
const misfit = (value: unknown) =>
  new TypeError(`a ${typeof value} does not fit the operation's output`);
