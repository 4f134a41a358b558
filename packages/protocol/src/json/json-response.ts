import { errorName } from "../error/error-name.ts";
import { errorStatus } from "../error/error-status.ts";
import type { WireError, WireResponse } from "../message/wire.ts";
import type { Operation, Service } from "../schema/service.ts";
import { jsonMembers } from "./write-value.ts";

/** A response of AWS's JSON 1.1 protocol. An operation without output has an empty body. */
export function writeJsonResponse(
  { output: structure }: Operation,
  output: object,
  requestId: string,
): WireResponse {
  const body = structure === undefined ? "" : JSON.stringify(jsonMembers(structure, output));
  return response(200, requestId, body);
}

/** An error response of AWS's JSON 1.1 protocol. */
export function writeJsonError(
  service: Service,
  error: WireError,
  requestId: string,
): WireResponse {
  const name = errorName(service, error.code);
  const status = errorStatus(service, error.code, error.status);
  const body = JSON.stringify({ __type: name, ...errorMembers(service, error, name) });
  const { headers } = response(status, requestId, body);
  return { status, headers: { ...headers, "x-amzn-errortype": name }, body };
}

/** The message of an error and the additional members of its schema, as JSON. */
export function errorMembers(
  service: Service,
  error: WireError,
  name: string,
): Record<string, unknown> {
  const structure = service.errors.get(name)?.structure;
  const message = structure?.members.has("Message") === true ? "Message" : "message";
  const others = { ...error, message: undefined, Message: undefined };
  // AWS answers this one without a message.
  const hasMessage = error.message !== "" && name !== "UnknownOperationException";
  return {
    ...(hasMessage ? { [message]: error.message } : {}),
    ...(error.encodedAuthorizationMessage === undefined
      ? {}
      : { EncodedAuthorizationMessage: error.encodedAuthorizationMessage }),
    ...(structure === undefined ? {} : jsonMembers(structure, others)),
  };
}

const response = (status: number, requestId: string, body: string): WireResponse => ({
  status,
  headers: { "content-type": "application/x-amz-json-1.1", "x-amzn-requestid": requestId },
  body,
});
