import type { Codec } from "../schema/service.ts";
import { readRestRequest } from "./rest-request.ts";
import { writeRestError, writeRestResponse } from "./rest-response.ts";
import { encodedPath } from "./route.ts";

/** AWS's REST JSON protocol. */
export const codec: Codec = {
  read: readRestRequest,
  writeResponse: (_, operation, output, { requestId }) =>
    writeRestResponse(operation, output, requestId),
  writeError: (service, error, { requestId }) => writeRestError(service, error, requestId),
  clientPaths: (service, method, path) => [
    ...new Set([path, encodedPath(service, method, path) ?? path]),
  ],
};
