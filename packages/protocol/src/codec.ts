import { readJsonRequest } from "./json/json-request.ts";
import { writeJsonError, writeJsonResponse } from "./json/json-response.ts";
import {
  type Decoded,
  type Input,
  Malformed,
  type WireError,
  type WireRequest,
  type WireResponse,
} from "./message/wire.ts";
import { readQueryRequest } from "./query/query-request.ts";
import { writeQueryError, writeQueryResponse } from "./query/query-response.ts";
import type { Operation, Service } from "./schema/service.ts";

/** What a request asks of a service, or AWS's error for it. Never throws, whatever the bytes. */
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
  return wire.protocol === "query"
    ? readQueryRequest(service, request)
    : readJsonRequest(service, wire.target, request);
}

/**
 * An operation's answer on the wire: `output` is of the SDK's `...CommandOutput` type without `$metadata`.
 * @throws {TypeError} when the service has no such operation, or the output does not fit it (a bug of ours)
 */
export function encodeResponse(
  service: Service,
  operation: string,
  output: object,
  requestId: string,
): WireResponse {
  const { wire, operations } = service;
  const known = operations.get(operation);
  if (known === undefined) throw new TypeError(`${service.name} has no operation \`${operation}\``);
  return wire.protocol === "query"
    ? writeQueryResponse(wire.xmlNamespace, known, output, requestId)
    : writeJsonResponse(known, output, requestId);
}

/** An error on the wire, in the shape and under the name that the service's protocol gives it. */
export function encodeError(service: Service, error: WireError, requestId: string): WireResponse {
  const { wire } = service;
  return wire.protocol === "query"
    ? writeQueryError(wire.xmlNamespace, service, error, requestId)
    : writeJsonError(service, error, requestId);
}
