import type { RefusedRequest } from "@portcullis/iam/authorization-message";
import type { Caller } from "@portcullis/iam/caller";
import { readApiPolicy } from "../evaluation/api-policy.ts";
import type { EvaluatedRequest } from "../evaluation/evaluate.ts";
import { evaluateRequest } from "../evaluation/evaluate-request.ts";
import type { Directory } from "../identity/directory.ts";
import { isTraced } from "../identity/traces.ts";
import { callerLine } from "../log/caller-line.ts";
import type { DecisionLine } from "../log/decision-log.ts";
import { evaluationLine } from "../log/evaluation-line.ts";
import type { PolicySource } from "../policies/policy-source.ts";
import type { Proof } from "../proof/proof.ts";
import { prove } from "../proof/prove.ts";
import type { ApiRequest } from "../request/api-request.ts";
import { resolveRequest } from "../service/resolve-request.ts";
import type { Answer, Forbidden } from "./answer.ts";
import { type CacheablePolicy, cacheablePolicy } from "./cacheable-policy.ts";
import { denialSentence } from "./denial.ts";
import type { AuthorizerOptions } from "./options.ts";

/** An answer, and what its log line says of it. */
export interface Decided {
  readonly answer: Answer;
  readonly line: Partial<DecisionLine> & Pick<DecisionLine, "outcome">;
  /** Of a request whose caller was proven. */
  readonly payloadHash?: string;
  /** The gateway's kind of answer could not let the request through. */
  readonly unanswerable?: true;
}

export interface DecisionInput {
  readonly directory: Directory;
  readonly policies: PolicySource;
  readonly request: ApiRequest;
  readonly now: Date;
  readonly decisionId: string;
}

type Proven = Extract<Proof, { ok: true }>;

/** Proves the caller, resolves what the request asks for, and evaluates the policies. */
export async function decide(options: AuthorizerOptions, input: DecisionInput): Promise<Decided> {
  const { request, decisionId, now } = input;
  const owner = options.apiPolicyOwner;
  const [proof, apiPolicy] = await Promise.all([
    prove({ ...input, bearer: options.bearer, allowUnsigned: options.allowUnsignedPayload }),
    owner === undefined ? undefined : readApiPolicy(input.directory.reader, owner, request),
  ]);
  if (!proof.ok) return unproven(proof, decisionId);
  if (options.cachedRoutes !== undefined && proof.by === "signature")
    return unproven({ reason: "answers to signed requests cannot be cached" }, decisionId);
  const { caller, organization } = proof;
  const resolved = resolveRequest(options.service, request, caller.account, proof.isSigned);
  if ("unresolved" in resolved)
    return inexpressible(resolved.unresolved, "Forbidden", input, proof);
  const { unanswerable } = request;
  if (unanswerable !== undefined && options.cachedRoutes === undefined)
    return { ...inexpressible(unanswerable, unanswerable, input, proof), unanswerable: true };
  const cacheable = cacheableOf(proof, options, request);
  if (cacheable?.ok === false) {
    const reason = `no answer that can be cached: ${cacheable.reason}`;
    return inexpressible(reason, "Forbidden", input, proof);
  }
  const { payloadHash } = proof;
  const statements = cacheable?.ok ? { cacheable: cacheable.statements } : {};
  const evaluation = evaluateRequest(caller, request, resolved, { now, organization, apiPolicy });
  const { decision } = evaluation;
  const traced = isTraced(proof.traces, caller, now);
  const line = {
    ...evaluationLine(evaluation, caller, traced),
    ...callerLine(caller),
    resourcePattern: resolved.pattern,
  };
  if (decision.outcome !== "allowed")
    return {
      answer: {
        ...denied(decision, evaluation.request, caller, { options, decisionId }),
        ...statements,
      },
      line,
      payloadHash,
    };
  return { answer: { kind: "allowed", caller, decisionId, payloadHash, ...statements }, line };
}

function unproven(
  { reason, accessKeyId, refused }: Omit<Extract<Proof, { ok: false }>, "ok">,
  decisionId: string,
): Decided {
  if (refused !== undefined)
    return {
      answer: forbidden(refused.message, decisionId, refused.caller),
      line: { outcome: "implicitDeny", reason, account: refused.caller.account },
    };
  return {
    answer: { kind: "unauthenticated", decisionId },
    line: {
      outcome: "unauthenticated",
      reason,
      ...(accessKeyId === undefined ? {} : { accessKeyId }),
    },
  };
}

/**
 * A denial without an evaluation: the request, or the answer to it, has no expression in policies.
 */
const inexpressible = (
  reason: string,
  message: string,
  { decisionId }: DecisionInput,
  { caller, payloadHash }: Proven,
): Decided => ({
  answer: forbidden(message, decisionId, caller),
  line: { outcome: "implicitDeny", reason, ...callerLine(caller) },
  payloadHash,
});

function cacheableOf(
  { caller, requestKey }: Proven,
  { cachedRoutes: routes, service }: AuthorizerOptions,
  { region, apiId, stage }: ApiRequest,
): CacheablePolicy | undefined {
  if (routes !== undefined && requestKey !== undefined)
    return { ok: false, reason: `the role is trusted by \`${requestKey}\` of each request` };
  return routes && cacheablePolicy(caller, { routes, service, region, apiId, stage });
}

function denied(
  decision: RefusedRequest["decision"],
  request: EvaluatedRequest,
  caller: Caller,
  {
    options: { directory },
    decisionId,
  }: { readonly options: AuthorizerOptions; readonly decisionId: string },
): Forbidden {
  const refused: RefusedRequest = {
    request,
    decision,
    account: caller.account,
    userName: caller.userName,
    decisionId,
    conditions: request.context.entries(),
  };
  const message = denialSentence(caller.principal, request.action, request.resource, decision);
  return forbidden(message, decisionId, caller, async () => {
    // Loaded with the first denial whose gateway can pass it on.
    const { encodeAuthorizationMessage } = await import("@portcullis/iam/authorization-message");
    return encodeAuthorizationMessage(await directory.keyRing(), refused);
  });
}

const forbidden = (
  message: string,
  decisionId: string,
  caller: Caller,
  encodedMessage: () => Promise<string> = async () => "",
): Forbidden => ({ kind: "forbidden", message, decisionId, caller, encodedMessage });
