import { errorStatus } from "../error/error-status.ts";
import type { WireError, WireResponse } from "../message/wire.ts";
import type { Operation, Service } from "../schema/service.ts";
import { element, writeMembers } from "./xml.ts";

/** The answer to an operation in AWS's query protocol; an operation without output has no Result element. */
export function writeQueryResponse(
  xmlNamespace: string,
  { name, output: structure }: Operation,
  output: object,
  requestId: string,
): WireResponse {
  const result =
    structure === undefined
      ? ""
      : `<${name}Result>${writeMembers(structure, output)}</${name}Result>`;
  const metadata = `<ResponseMetadata>${element("RequestId", requestId)}</ResponseMetadata>`;
  return answer(
    200,
    requestId,
    `<${name}Response xmlns="${xmlNamespace}">${result}${metadata}</${name}Response>`,
  );
}

/** An error in AWS's query protocol. */
export function writeQueryError(
  xmlNamespace: string,
  service: Service,
  error: WireError,
  requestId: string,
): WireResponse {
  const status = errorStatus(service, error.code, error.status);
  const type = error.type ?? (status >= 500 ? "Receiver" : "Sender");
  const fields = [
    element("Type", type),
    element("Code", error.code),
    element("Message", error.message),
  ];
  if (error.encodedAuthorizationMessage !== undefined) {
    fields.push(element("EncodedAuthorizationMessage", error.encodedAuthorizationMessage));
  }
  const structure = service.errors.get(error.code)?.structure;
  if (structure !== undefined) {
    // `message` is how the schema names what the wire calls Message.
    fields.push(writeMembers(structure, { ...error, message: undefined, Message: undefined }));
  }
  const body = `<Error>${fields.join("")}</Error>${element("RequestId", requestId)}`;
  return answer(
    status,
    requestId,
    `<ErrorResponse xmlns="${xmlNamespace}">${body}</ErrorResponse>`,
  );
}

function answer(status: number, requestId: string, body: string): WireResponse {
  return { status, headers: { "content-type": "text/xml", "x-amzn-requestid": requestId }, body };
}
