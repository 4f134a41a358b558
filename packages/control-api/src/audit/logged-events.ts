import { packEvent } from "@portcullis/iam/audit/audit-text";
import { ApiError } from "@portcullis/iam/error";
import type { AuditEvent, LoggedEvent } from "@portcullis/iam/record/audit-event";
import type { Service } from "@portcullis/protocol";
import type { Call } from "../model/call.ts";
import { auditEvent, ofOtherAccount, onlyReads } from "./audit-event.ts";

/**
 * The events that the log carries: denied calls, and credentials that STS has issued, which no
 * write is made for. A change has written its event itself.
 */
export function loggedEvents(wire: Service, call: Call, region: string): readonly LoggedEvent[] {
  const { caller, error, input, output, operation = "", evaluation } = call.record;
  if (caller === undefined || input === undefined) return [];
  const own = caller.account;
  if (error instanceof ApiError && error.code === "AccessDenied") {
    const denied = auditEvent(wire, call, region, { caller, input, error });
    return own === "" ? [] : [logged(own, denied)];
  }
  if (error !== undefined || wire.name !== "sts" || onlyReads(operation)) return [];
  const event = auditEvent(wire, call, region, { caller, input, output });
  const owner = evaluation?.request.resourceAccount ?? own;
  return [
    ...(own === "" ? [] : [logged(own, event)]),
    ...(owner === own || owner === "" ? [] : [logged(owner, ofOtherAccount(event))]),
  ];
}

const logged = (account: string, event: AuditEvent): LoggedEvent => ({
  account,
  id: event.id,
  ...packEvent(event),
});
