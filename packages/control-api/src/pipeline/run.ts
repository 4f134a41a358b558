import { packEvent } from "@portcullis/iam/audit/audit-text";
import { ApiError } from "@portcullis/iam/error";
import type { OperationContext } from "@portcullis/iam/operation";
import { auditExpiry, auditKey } from "@portcullis/iam/record/audit-event";
import { atomically } from "@portcullis/iam/unit-of-work";
import type { Service } from "@portcullis/protocol";
import { auditEvent, onlyReads } from "../audit/audit-event.ts";
import { authorizeOperation } from "../authorization/authorize-operation.ts";
import type { AnyOperation, Call } from "../model/call.ts";
import type { ControlApiOptions } from "../model/options.ts";
import { headerOf } from "../model/request.ts";
import type { CallIdentity } from "./authenticate.ts";

/**
 * Authorizes and runs an operation in one unit of work, which starts again when another change came
 * first. A change writes its audit event in the same transaction.
 * @throws {ApiError} of the operation, or `AccessDenied`
 */
export async function run(
  wire: Service,
  call: Call,
  operation: AnyOperation,
  { caller, organization }: CallIdentity,
  { store, settings, directory, remoteSigner }: ControlApiOptions,
): Promise<object | undefined> {
  const { request, now, record } = call;
  const { input } = record;
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
    try {
      await authorizeOperation(context, operation, input, { request, record, organization });
    } catch (error) {
      const isDenial = error instanceof ApiError && error.code === "AccessDenied";
      const part = isDenial ? await operation.insteadOfDenial?.(context, input) : undefined;
      if (part === undefined) throw error;
      // The caller was not denied after all.
      delete record.evaluation;
      return part;
    }
    const output = await operation.run(context, input);
    if (isChange(wire, call)) {
      const { region } = settings;
      const event = auditEvent(wire, call, region, { caller: proven, input, output });
      const key = auditKey(context.account, event.id);
      if (key !== undefined)
        unit.put(key, packEvent(event), { expiresAt: auditExpiry(event.id), expect: "any" });
    }
    return output;
  });
}

/** Of STS the log carries the events: issuing credentials writes nothing. */
const isChange = (wire: Service, { record }: Call): boolean =>
  wire.name !== "sts" && !onlyReads(record.operation ?? "");
