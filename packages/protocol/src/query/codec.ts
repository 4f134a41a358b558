import type { Codec, Service } from "../schema/service.ts";
import { readQueryRequest } from "./query-request.ts";
import { writeQueryError, writeQueryResponse } from "./query-response.ts";

/** AWS's query protocol. */
export const codec: Codec = {
  read: readQueryRequest,
  writeResponse: (service, operation, output, { requestId, accept }) =>
    writeQueryResponse(namespaceOf(service), operation, output, requestId, accept),
  writeError: (service, error, { requestId, accept }) =>
    writeQueryError(namespaceOf(service), service, error, requestId, accept),
};

function namespaceOf({ name, wire }: Service): string {
  if (wire.protocol === "query") return wire.xmlNamespace;
  throw new TypeError(`${name} does not have the query protocol`);
}
