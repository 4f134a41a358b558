import { errorStatus } from "../error/error-status.ts";
import { jsonMembers } from "../json/write-value.ts";
import type { WireError, WireResponse } from "../message/wire.ts";
import type { Operation, Service } from "../schema/service.ts";
import { acceptedFormat } from "./accepted-format.ts";
import { element, writeMembers } from "./xml.ts";

/** A response of the query protocol. An operation without output has no Result element. */
export function writeQueryResponse(
  xmlNamespace: string,
  { name, output: structure }: Operation,
  output: object,
  requestId: string,
  accept: string | undefined,
): WireResponse {
  if (acceptedFormat(accept) === "json") {
    // AWS writes absent members as null here.
    const result =
      structure === undefined
        ? {}
        : { [`${name}Result`]: { ...nulls(structure.members), ...jsonMembers(structure, output) } };
    const response = { ...result, ResponseMetadata: { RequestId: requestId } };
    return json(200, requestId, { [`${name}Response`]: response });
  }
  const result =
    structure === undefined
      ? ""
      : `<${name}Result>${writeMembers(structure, output)}</${name}Result>`;
  const metadata = `<ResponseMetadata>${element("RequestId", requestId)}</ResponseMetadata>`;
  return xml(
    200,
    requestId,
    `<${name}Response xmlns="${xmlNamespace}">${result}${metadata}</${name}Response>`,
  );
}

/** An error response of the query protocol. */
export function writeQueryError(
  xmlNamespace: string,
  service: Service,
  error: WireError,
  requestId: string,
  accept: string | undefined,
): WireResponse {
  const { code, message, encodedAuthorizationMessage } = error;
  const status = errorStatus(service, code, error.status);
  const type = error.type ?? (status >= 500 ? "Receiver" : "Sender");
  const structure = service.errors.get(code)?.structure;
  // The schema's `message` is `Message` on the wire, which is written already.
  const members = { ...error, message: undefined, Message: undefined };
  if (acceptedFormat(accept) === "json") {
    const encoded =
      encodedAuthorizationMessage === undefined
        ? {}
        : { EncodedAuthorizationMessage: encodedAuthorizationMessage };
    const fields = structure === undefined ? {} : jsonMembers(structure, members);
    return json(status, requestId, {
      Error: { Code: code, Message: message, Type: type, ...encoded, ...fields },
      RequestId: requestId,
    });
  }
  const fields = [element("Type", type), element("Code", code), element("Message", message)];
  if (encodedAuthorizationMessage !== undefined)
    fields.push(element("EncodedAuthorizationMessage", encodedAuthorizationMessage));
  if (structure !== undefined) fields.push(writeMembers(structure, members));
  const body = `<Error>${fields.join("")}</Error>${element("RequestId", requestId)}`;
  return xml(status, requestId, `<ErrorResponse xmlns="${xmlNamespace}">${body}</ErrorResponse>`);
}

const nulls = (members: ReadonlyMap<string, unknown>): Record<string, null> =>
  Object.fromEntries([...members.keys()].map((name) => [name, null]));

const xml = (status: number, requestId: string, body: string): WireResponse => ({
  status,
  headers: { "content-type": "text/xml", "x-amzn-requestid": requestId },
  body,
});

const json = (status: number, requestId: string, body: object): WireResponse => ({
  status,
  headers: { "content-type": "application/json", "x-amzn-requestid": requestId },
  body: JSON.stringify(body),
});
