import {
  accessKeyIdForLog,
  callerLine,
  type DecisionLine,
  evaluationLine,
  messageForLog,
} from "@portcullis/authorizer";
import { ApiError } from "@portcullis/iam/error";
import type { LoggedEvent } from "@portcullis/iam/record/audit-event";
import { TooLarge } from "@portcullis/iam/store-error";
import type { Call, CallRecord } from "../model/call.ts";
import { limitExceeded, Undecodable } from "../pipeline/error.ts";

/** The log line of a call, whatever became of it. */
export function callLine(
  service: string,
  { id, request, now, started, record }: Call,
  { region, audit }: { readonly region: string; readonly audit: readonly LoggedEvent[] },
): DecisionLine {
  const { caller, evaluation, operation, accessKeyId, traced } = record;
  return {
    type: "decision",
    time: now.toISOString(),
    decisionId: id,
    requestId: id,
    ...(accessKeyId === undefined ? {} : { accessKeyId: accessKeyIdForLog(accessKeyId) }),
    ...(caller && callerLine(caller)),
    // Explains a denial by its near misses; the operation's name and what became of it come after.
    ...(evaluation && caller && evaluationLine(evaluation, caller, traced)),
    ...(audit.length > 0 ? { audit } : {}),
    outcome: outcomeOf(record),
    reason: reasonOf(record),
    action: operation === undefined ? service : `${service}:${operation}`,
    region,
    sourceIp: request.sourceIp,
    milliseconds: Math.round((performance.now() - started) * 1000) / 1000,
  };
}

function outcomeOf({ caller, error, evaluation }: CallRecord): DecisionLine["outcome"] {
  if (caller === undefined && isRefusal(error)) return "unauthenticated";
  if (error !== undefined && !isRefusal(error)) return "error";
  if (evaluation !== undefined && evaluation.decision.outcome !== "allowed")
    return evaluation.decision.outcome;
  if (error === undefined) return "allowed";
  if (error instanceof ApiError && error.code === "AccessDenied") return "implicitDeny";
  return evaluation === undefined ? "invalid" : "failed";
}

const isRefusal = (error: unknown): boolean =>
  error instanceof ApiError || error instanceof TooLarge || error instanceof Undecodable;

function reasonOf({ error, reason }: CallRecord): string | undefined {
  if (reason !== undefined) return messageForLog(reason);
  if (error === undefined) return undefined;
  if (error instanceof Undecodable) {
    const { code, message } = error.wireError;
    // The name of an unknown operation or parameter is not logged: it may be a misplaced secret.
    if (code === "InvalidAction") return code;
    const nameless = message.replace(/^`.*` is not a (parameter|member) /s, "not a $1 ");
    return withoutValues(`${code}: ${nameless}`);
  }
  const known = error instanceof TooLarge ? limitExceeded(error) : error;
  if (known instanceof ApiError) return `${known.code}: ${withoutValues(known.message)}`;
  return describeFault(known);
}

/** What broke a constraint is for the caller to read. It may be a secret in a wrong place. */
const withoutValues = (message: string): string =>
  messageForLog(message.replace(/Value '.*?' at '/gs, "Value at '"));

/** With stack and cause, for the log only. */
const describeFault = (error: unknown): string =>
  error instanceof Error
    ? `${error.stack ?? error}${error.cause === undefined ? "" : ` caused by ${String(error.cause)}`}`
    : String(error);
