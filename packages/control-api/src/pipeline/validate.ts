import type { Caller } from "@portcullis/iam/caller";
import { ApiError } from "@portcullis/iam/error";
import { refuseForSession } from "@portcullis/iam/session-limits";
import { type Service, validateInput } from "@portcullis/protocol";
import type { AnyOperation } from "../model/call.ts";
import type { DecodedCall } from "./decode.ts";
import { invalidInput } from "./invalid-input.ts";

/**
 * The operation, if it is offered, open to the caller's kind of session, and its input within AWS's
 * constraints.
 * @throws {ApiError} AWS's error for the first of them that does not hold
 */
export function validate(
  wire: Service,
  { name, input, operation, caller }: DecodedCall & { readonly caller: Caller },
): AnyOperation {
  if (operation === undefined)
    throw new ApiError(
      "InvalidAction",
      `Could not find operation ${name} for version ${wire.version}`,
    );
  const refusal = refuseForSession(caller, operation.action);
  if (refusal !== undefined) throw refusal;
  const fault = validateInput(wire, name, input);
  if (fault !== undefined) throw invalidInput(wire.name, fault);
  return operation;
}
