import { errorName } from "../error/error-name.ts";
import { errorStatus } from "../error/error-status.ts";
import { errorMembers } from "../json/json-response.ts";
import { jsonMembers } from "../json/write-value.ts";
import type { WireError, WireResponse } from "../message/wire.ts";
import type { Operation, Service } from "../schema/service.ts";
import type { Structure } from "../schema/shape.ts";

/** A response of AWS's REST JSON protocol. */
export function writeRestResponse(
  { http, output: structure }: Operation,
  output: object,
  requestId: string,
): WireResponse {
  if (structure === undefined) return response(http?.status ?? 200, requestId, "{}");
  const { headers, body } = split(structure, jsonMembers(structure, output));
  const written = response(http?.status ?? 200, requestId, JSON.stringify(body));
  return { ...written, headers: { ...written.headers, ...headers } };
}

/** An error response of AWS's REST JSON protocol. Its name is in the header `x-amzn-errortype`. */
export function writeRestError(
  service: Service,
  error: WireError,
  requestId: string,
): WireResponse {
  const name = errorName(service, error.code);
  const members = errorMembers(service, error, name);
  const structure = service.errors.get(name)?.structure;
  const { headers, body } =
    structure === undefined ? { headers: {}, body: members } : split(structure, members);
  const written = response(
    errorStatus(service, error.code, error.status),
    requestId,
    JSON.stringify(body),
  );
  return { ...written, headers: { ...written.headers, "x-amzn-errortype": name, ...headers } };
}

/** Splits members into those bound to headers and those in the body. */
function split({ bindings }: Structure, members: Readonly<Record<string, unknown>>) {
  const headers: Record<string, string> = {};
  const body: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(members)) {
    const binding = bindings?.get(name);
    if (binding?.in === "header") headers[binding.name] = String(value);
    else body[name] = value;
  }
  return { headers, body };
}

const response = (status: number, requestId: string, body: string): WireResponse => ({
  status,
  headers: { "content-type": "application/json", "x-amzn-requestid": requestId },
  body,
});
