import { type DecisionLine, type KnownContext, messageForLog } from "@portcullis/authorizer";
import type { Caller } from "@portcullis/iam/caller";
import { ApiError } from "@portcullis/iam/error";
import type { AuthorizationRequest, Decision } from "@portcullis/policy";
import type { ServiceName } from "@portcullis/protocol";
import type { Installation } from "./installation.ts";

/** A decision of the control API, and what it was asked. */
export interface Judgement {
  readonly decision: Decision;
  readonly asked: AuthorizationRequest & { readonly context: KnownContext };
}

/** What is known of a call by its end. */
export interface Said {
  /** Why it was not even looked into. */
  readonly refused?: string;
  readonly operation?: string;
  readonly caller?: Caller;
  /** The decision on the operation itself, or the further one that refused. */
  readonly judgement?: Judgement;
  readonly error?: unknown;
}

interface Call {
  readonly requestId: string;
  readonly sourceIp: string;
  readonly now: Date;
  /** By `performance.now()`. */
  readonly started: number;
}

/** One line for each call, whatever became of it. */
export function logControlCall(
  installation: Installation,
  service: ServiceName,
  said: Said,
  { requestId, sourceIp, now, started }: Call,
): void {
  const { caller, judgement, operation } = said;
  installation.log({
    type: "decision",
    time: now.toISOString(),
    decisionId: requestId,
    requestId,
    outcome: outcomeOf(said),
    reason: reasonOf(said),
    principal:
      caller === undefined
        ? undefined
        : "arn" in caller.principal
          ? caller.principal.arn
          : caller.principal.type,
    userId:
      caller !== undefined && "userId" in caller.principal ? caller.principal.userId : undefined,
    account: caller?.account,
    accessKeyId: caller?.accessKeyId,
    action: operation === undefined ? service : `${service}:${operation}`,
    resource: judgement?.asked.resource,
    statements: judgement?.decision.statements.map(
      ({ policyId, sid, index }) => `${policyId}#${sid ?? index}`,
    ),
    region: installation.settings.region,
    sourceIp,
    milliseconds: Math.round((performance.now() - started) * 1000) / 1000,
  });
}

function reasonOf({ error, refused }: Said): string | undefined {
  if (error === undefined) return refused && withoutValues(refused);
  return error instanceof ApiError
    ? `${error.code}: ${withoutValues(error.message)}`
    : describe(error);
}

/** The name of an unknown operation or parameter is not logged: it may be a misplaced secret. */
export const refusalForLog = ({
  code,
  message,
}: {
  readonly code: string;
  readonly message: string;
}): string =>
  code === "InvalidAction"
    ? code
    : `${code}: ${message.replace(/^`.*` is not a (parameter|member) /s, "not a $1 ")}`;

/** What broke a constraint is the caller's to read, and may be a secret in a wrong place: it is not for the log. */
const withoutValues = (message: string): string =>
  messageForLog(message.replace(/Value '.*?' at '/gs, "Value at '"));

/** Whether it was permitted; what was permitted and then failed (no such user) is allowed, and its reason says the rest. */
function outcomeOf({ caller, error, judgement, refused }: Said): DecisionLine["outcome"] {
  if (error !== undefined && !(error instanceof ApiError)) return "error";
  if (refused !== undefined || caller === undefined) return "unauthenticated";
  if (judgement !== undefined) return judgement.decision.outcome;
  if (error === undefined) return "allowed";
  return error.code === "AccessDenied" ? "implicitDeny" : "invalid";
}

/** With its cause and stack: for the log only. */
const describe = (error: unknown): string =>
  error instanceof Error
    ? `${error.stack ?? error}${error.cause === undefined ? "" : ` caused by ${String(error.cause)}`}`
    : String(error);
