import type { OperationContext } from "@portcullis/iam/operation";
import { atomically } from "@portcullis/iam/unit-of-work";
import type { Input } from "@portcullis/protocol";
import { authorizeOperation } from "../authorization/authorize-operation.ts";
import type { AnyOperation, Call } from "../model/call.ts";
import type { ControlApiOptions } from "../model/options.ts";
import { headerOf } from "../model/request.ts";
import type { CallIdentity } from "./authenticate.ts";

/**
 * Authorizes and runs an operation in one unit of work, which starts again when another change came
 * first.
 * @throws {ApiError} of the operation, or `AccessDenied`
 */
export async function run(
  call: Call,
  operation: AnyOperation,
  input: Input,
  { caller, organization }: CallIdentity,
  { store, settings, directory, remoteSigner }: ControlApiOptions,
): Promise<object | undefined> {
  const { request, now, record } = call;
  const sealer = await directory.keyRing();
  return atomically(store, async (unit) => {
    const presented: OperationContext = {
      account: caller.account,
      caller,
      unit,
      now,
      sealer,
      settings,
      requestId: call.id,
      sourceIp: request.sourceIp,
      remoteSigner,
      namePrefix: headerOf(request, "x-portcullis-name-prefix"),
      ifMatch: headerOf(request, "if-match"),
    };
    const proven = (await operation.prove?.(presented, input)) ?? caller;
    const context = { ...presented, caller: proven, account: proven.account };
    record.caller = proven;
    await authorizeOperation(context, operation, input, { request, record, organization });
    return operation.run(context, input);
  });
}
