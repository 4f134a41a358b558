import type { Codec, Service } from "../schema/service.ts";
import { readJsonRequest } from "./json-request.ts";
import { writeJsonError, writeJsonResponse } from "./json-response.ts";

/** AWS's JSON 1.1 protocol. */
export const codec: Codec = {
  read: (service, request) => readJsonRequest(service, targetsOf(service), request),
  writeResponse: (_, operation, output, { requestId }) =>
    writeJsonResponse(operation, output, requestId),
  writeError: (service, error, { requestId }) => writeJsonError(service, error, requestId),
};

function targetsOf({ name, wire }: Service): readonly string[] {
  if (wire.protocol === "json") return wire.targets;
  throw new TypeError(`${name} does not have the JSON protocol`);
}
