import {
  callerLine,
  type DecisionLine,
  type Directory,
  denialSentence,
  type Evaluation,
  evaluate,
  evaluationLine,
  type FoundSubject,
  findSubject,
  type PolicySource,
} from "@portcullis/authorizer";
import { iamArn } from "@portcullis/iam/arn";
import type { Caller } from "@portcullis/iam/caller";
import { timeOrderedId } from "@portcullis/iam/time-ordered-id";
import type { ControlApiOptions } from "../model/options.ts";
import { type ControlRequest, headerOf } from "../model/request.ts";
import type { Asker } from "./authenticate-asker.ts";
import type { EvaluationRequest } from "./evaluation-request.ts";
import type { Subject } from "./subject.ts";

/** One asker's request. */
export interface Asking extends Pick<ControlApiOptions, "log" | "settings"> {
  readonly request: ControlRequest;
  readonly requestId: string;
  readonly asker: Asker;
  readonly directory: Directory;
  readonly policies: PolicySource;
  readonly now: Date;
  /** The subjects that this request has found, so that each is read once. */
  readonly subjects: Map<string, Promise<FoundSubject>>;
}

/** A decision (Authorization API 1.0, Access Evaluation Response). */
export interface EvaluationAnswer {
  readonly decision: boolean;
  readonly context: {
    /** By which the decision can be looked up. */
    readonly id?: string;
    /** For operators. */
    readonly reason_admin?: { readonly en: string };
    /** For the subject. */
    readonly reason_user?: { readonly en: string };
    /** Of an evaluation that was not made. */
    readonly error?: { readonly status: number; readonly message: string };
  };
}

/** The asker must not ask about the subject. */
export class NotPermitted extends Error {
  override readonly name = "NotPermitted";
  readonly evaluation: Evaluation;
  constructor(message: string, evaluation: Evaluation) {
    super(message);
    this.evaluation = evaluation;
  }
}

/** The permission to ask about a principal. */
export const ASK = "portcullis:Evaluate";

/**
 * Refuses an asker whose policies do not let it ask about the subject, before the subject is looked
 * up: the refusal is the same whether the subject exists or not.
 * @throws {NotPermitted}
 */
export function authorizeAsker(asking: Asking, { principalArn, account }: Subject): void {
  const evaluation = evaluateAsking(asking, principalArn, account);
  if (evaluation.decision.outcome !== "allowed") throw notPermitted(asking, evaluation);
}

/**
 * Refuses an asker that is denied the role of a session by its path. A session's ARN does not have
 * the path, so it is known only now.
 * @throws {NotPermitted}
 */
function refuseDeniedPath(asking: Asking, { principalArn }: Subject, { principal }: Caller): void {
  if (principal.type !== "AssumedRole" || principal.roleArn === principalArn) return;
  const evaluation = evaluateAsking(asking, principal.roleArn, principal.account);
  if (evaluation.decision.outcome === "explicitDeny") throw notPermitted(asking, evaluation);
}

function evaluateAsking(
  { asker, request, settings, now }: Asking,
  principalArn: string,
  account: string,
): Evaluation {
  const { caller, organization } = asker;
  return evaluate(
    caller,
    { action: ASK, resource: principalArn, resourceAccount: account },
    {
      now,
      sourceIp: request.sourceIp,
      userAgent: headerOf(request, "user-agent"),
      referer: headerOf(request, "referer"),
      secureTransport: settings.issuer.startsWith("https:"),
      region: settings.region,
      organization,
    },
  );
}

function notPermitted({ asker }: Asking, evaluation: Evaluation): NotPermitted {
  const { decision, request } = evaluation;
  if (decision.outcome === "allowed") throw new TypeError("an allow is no denial");
  const sentence = denialSentence(asker.caller.principal, ASK, request.resource, decision);
  return new NotPermitted(sentence, evaluation);
}

/**
 * Decides whether the subject may do it, as the authorizer would if the subject called, and logs
 * the decision as the subject's.
 * @throws {NotPermitted} if the asker is denied the path of a session's role
 */
export async function decideFor(
  asking: Asking,
  { subject, action, resource, resourceAccount, context }: EvaluationRequest,
): Promise<EvaluationAnswer> {
  const { asker, now, log, settings, requestId } = asking;
  const started = performance.now();
  const id = timeOrderedId(now);
  const write = (line: Omit<DecisionLine, "type" | "time" | "decisionId">): void =>
    log({
      type: "decision",
      time: now.toISOString(),
      decisionId: id,
      requestId,
      action,
      resource,
      region: settings.region,
      ...line,
      ...(context.facts.sourceIp === undefined ? {} : { sourceIp: context.facts.sourceIp }),
      askedBy: callerLine(asker.caller).principal,
      milliseconds: Math.round((performance.now() - started) * 1000) / 1000,
    });
  const found = await foundOnce(asking, subject);
  const reason = found.ok ? mismatchOf(subject, found.caller) : found.reason;
  if (!found.ok || reason !== undefined) {
    const { account, arn: principal } = subject;
    write({ outcome: "implicitDeny", reason, account, principal });
    return denied(id, `${reason}.`);
  }
  const { caller, organization, traced } = found;
  refuseDeniedPath(asking, subject, caller);
  const { facts, resourceTags, serviceKeys } = context;
  const evaluation = evaluate(
    caller,
    {
      action,
      resource,
      resourceAccount,
      resourceTags,
      serviceKeys,
      // Trust policies don't take part, and without one nobody may take a role.
      ...(/^sts:assumerole/i.test(action) ? { resourcePolicies: [] } : {}),
    },
    { ...facts, now, organization },
  );
  write({ ...evaluationLine(evaluation, caller, traced), ...callerLine(caller) });
  const { decision } = evaluation;
  if (decision.outcome === "allowed") return { decision: true, context: { id } };
  return denied(id, denialSentence(caller.principal, action, resource, decision));
}

/** As the subject was at some moment of this request: a batch is not older than its first read. */
function foundOnce(
  { directory, policies, now, subjects }: Asking,
  subject: Subject,
): Promise<FoundSubject> {
  const name = JSON.stringify(subject);
  const known = subjects.get(name);
  if (known !== undefined) return known;
  const found = findSubject(directory, policies, subject, now);
  subjects.set(name, found);
  return found;
}

/** A session is one of the subject, and a path in an ARN is not made up. */
function mismatchOf({ arn, session }: Subject, { principal }: Caller): string | undefined {
  const isRole = principal.type === "AssumedRole" && arn.startsWith(iamArn(principal.account, ""));
  const found = isRole ? principal.roleArn : "arn" in principal ? principal.arn : undefined;
  if (found === arn) return undefined;
  return session === undefined ? ABSENT : "the session is another principal's";
}

const ABSENT = "the subject does not exist";

const denied = (id: string, reason: string): EvaluationAnswer => ({
  decision: false,
  context: {
    id,
    reason_admin: { en: reason.charAt(0).toUpperCase() + reason.slice(1) },
    reason_user: { en: "You are not authorized to perform this action." },
  },
});
