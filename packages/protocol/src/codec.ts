import { readJsonRequest } from "./json/json-request.ts";
import { writeJsonError, writeJsonResponse } from "./json/json-response.ts";
import { Malformed } from "./message/malformed.ts";
import type { Decoded, Input, WireError, WireRequest, WireResponse } from "./message/wire.ts";
import { readQueryRequest } from "./query/query-request.ts";
import { writeQueryError, writeQueryResponse } from "./query/query-response.ts";
import { readRestRequest } from "./rest/rest-request.ts";
import { writeRestError, writeRestResponse } from "./rest/rest-response.ts";
import type { Operation, Service } from "./schema/service.ts";

/** Decodes the operation and input of a request, or AWS's error for it. Never throws on input. */
export function decodeRequest(service: Service, request: WireRequest): Decoded {
  try {
    const { operation, input } = read(service, request);
    return { ok: true, operation: operation.name, input };
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return {
      ok: false,
      error: { code: error.code, message: error.message, status: error.status, type: "Sender" },
    };
  }
}

function read(service: Service, request: WireRequest): { operation: Operation; input: Input } {
  const { wire } = service;
  if (wire.protocol === "query") return readQueryRequest(service, request);
  if (wire.protocol === "json") return readJsonRequest(service, wire.targets, request);
  return readRestRequest(service, request);
}

/**
 * Encodes an operation's output, which has the type of the SDK's `...CommandOutput`.
 * @param accept the request's `Accept` header: the query protocol answers JSON too
 * @throws {TypeError} if the service has no such operation, or the output does not fit its schema
 */
export function encodeResponse(
  service: Service,
  operation: string,
  output: object,
  requestId: string,
  accept?: string,
): WireResponse {
  const { wire, operations } = service;
  const known = operations.get(operation);
  if (known === undefined) throw new TypeError(`${service.name} has no operation \`${operation}\``);
  if (wire.protocol === "query")
    return writeQueryResponse(wire.xmlNamespace, known, output, requestId, accept);
  if (wire.protocol === "json") return writeJsonResponse(known, output, requestId);
  return writeRestResponse(known, output, requestId);
}

/**
 * Encodes an error, in the form and under the name that it has in the service's protocol.
 * @param accept the request's `Accept` header: the query protocol answers JSON too
 */
export function encodeError(
  service: Service,
  error: WireError,
  requestId: string,
  accept?: string,
): WireResponse {
  const { wire } = service;
  if (wire.protocol === "query")
    return writeQueryError(wire.xmlNamespace, service, error, requestId, accept);
  if (wire.protocol === "json") return writeJsonError(service, error, requestId);
  return writeRestError(service, error, requestId);
}
