import { Malformed } from "./message/malformed.ts";
import type { Decoded, WireError, WireRequest, WireResponse } from "./message/wire.ts";
import type { Service } from "./schema/service.ts";

/** Decodes the operation and input of a request, or AWS's error for it. Never throws on input. */
export function decodeRequest(service: Service, request: WireRequest): Decoded {
  try {
    const { operation, input } = service.codec.read(service, request);
    return { ok: true, operation: operation.name, input };
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return {
      ok: false,
      error: { code: error.code, message: error.message, status: error.status, type: "Sender" },
    };
  }
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
  const known = service.operations.get(operation);
  if (known === undefined) throw new TypeError(`${service.name} has no operation \`${operation}\``);
  return service.codec.writeResponse(service, known, output, { requestId, accept });
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
  return service.codec.writeError(service, error, { requestId, accept });
}

/**
 * The paths that a client may have signed for a path: itself, and in REST protocols the path with
 * its labels encoded as SDKs do, because HTTP APIs hand over decoded paths.
 * INVARIANT: each routes to the same operation with the same labels.
 */
export function clientPaths(service: Service, method: string, path: string): readonly string[] {
  return service.codec.clientPaths?.(service, method, path) ?? [path];
}
