import { decodeRequest, type Input, type Service } from "@portcullis/protocol";
import type { AnyOperation, Call } from "../model/call.ts";
import { headerOf } from "../model/request.ts";
import type { ControlService } from "../model/service.ts";
import { Undecodable } from "./error.ts";

export interface DecodedCall {
  /** Of the operation. */
  readonly name: string;
  /** Of the types that AWS's schema gives, but not validated. */
  readonly input: Input;
  /** Undefined: AWS's service has the operation, and this one does not offer it. */
  readonly operation: AnyOperation | undefined;
}

/** The operation that a request asks for. @throws {Undecodable} with AWS's error for it */
export function decode(
  wire: Service,
  { operations }: ControlService,
  { request, record }: Call,
): DecodedCall {
  const decoded = decodeRequest(wire, {
    body: request.body,
    query: request.signed.rawQuery,
    target: headerOf(request, "x-amz-target"),
    method: request.signed.method,
    path: request.signed.rawPath,
    header: (lowerCaseName) => headerOf(request, lowerCaseName),
  });
  if (!decoded.ok) throw new Undecodable(decoded.error);
  const { operation: name, input } = decoded;
  record.operation = name;
  const operation = Object.hasOwn(operations, name)
    ? (operations[name] as AnyOperation)
    : undefined;
  return { name, input, operation };
}
