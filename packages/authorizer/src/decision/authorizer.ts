import { randomUUID } from "node:crypto";
import type { RefusedRequest } from "@portcullis/iam/authorization-message";
import type { Caller } from "@portcullis/iam/caller";
import type { Sealer } from "@portcullis/iam/sealer";
import type { Reader } from "@portcullis/iam/store";
import { countingReader } from "../cache/counting-reader.ts";
import { staleness } from "../cache/stale-reader.ts";
import { readApiPolicy } from "../evaluation/api-policy.ts";
import { type Judgement, judge, told } from "../evaluation/evaluate.ts";
import type { Directory } from "../identity/identity.ts";
import type { DecisionLine, Log } from "../log/decision-log.ts";
import { createPolicySource } from "../policies/policy-source.ts";
import type { BearerOptions, Proof } from "../proof/proof.ts";
import { prove } from "../proof/prove.ts";
import type { ApiRequest } from "../request/api-request.ts";
import { whatIsAsked } from "../service/resolve-request.ts";
import type { ServiceDefinition } from "../service/service-definition.ts";
import { type KeptAnswer, type KeptStatement, keptAnswer } from "./cacheable-policy.ts";
import { denialSentence } from "./denial.ts";
import { within } from "./with-timeout.ts";

export type Answer =
  | {
      readonly kind: "allowed";
      readonly caller: Caller;
      readonly decisionId: string;
      /** SHA-256 of the body that was signed, in hexadecimal; `UNSIGNED-PAYLOAD` where nothing was said of the body. */
      readonly payloadHash: string;
      readonly kept?: readonly KeptStatement[];
    }
  | {
      readonly kind: "forbidden";
      readonly message: string;
      readonly decisionId: string;
      /** For `sts:DecodeAuthorizationMessage`; empty when there is nothing to explain. */
      readonly encodedMessage: () => Promise<string>;
      readonly caller: Caller;
      readonly kept?: readonly KeptStatement[];
    }
  /** No credentials, or none that prove anything. */
  | { readonly kind: "unauthenticated"; readonly decisionId: string }
  /** It could not be found out; never an allow. */
  | { readonly kind: "failed"; readonly decisionId: string };

export interface Authorizer {
  /** Never throws, and answers within the deadline. */
  decide(request: ApiRequest): Promise<Answer>;
}

export interface AuthorizerOptions {
  readonly directory: Omit<Directory, "reader"> & { readonly keyRing: () => Promise<Sealer> };
  readonly reader: Reader;
  readonly service?: ServiceDefinition | undefined;
  readonly log: Log;
  readonly now?: () => Date;
  /** Tokens are taken besides signatures; absent: they are not. */
  readonly bearer?: BearerOptions | undefined;
  /** Whether a request may leave its body unsigned. @default false */
  readonly allowUnsignedPayload?: boolean;
  /**
   * The account that keeps the API's resource policy; absent: there is none. It costs one more read a request, at the same time
   * as the caller's.
   */
  readonly apiPolicyOwner?: string | undefined;
  /**
   * The routes of an API whose gateway keeps answers: they are then valid for all of the caller's requests, or refused. Only tokens prove
   * anything there, for a kept answer would let pass what no signature is for.
   */
  readonly keptFor?: readonly string[];
  /** For how long a permission may be used after it was taken away, to save reads. @default 0 */
  readonly stalenessSeconds?: number;
  /** API Gateway gives up after 10 seconds; a decision must have failed, and been logged, before. @default 5000 */
  readonly deadlineMilliseconds?: number;
}

/**
 * Who calls, what do they ask, may they? One strongly consistent read when nothing shared has changed, two otherwise.
 * @throws {TypeError} when answers are to be kept for an API with a resource policy: what that says changes with the request
 */
export function createAuthorizer(options: AuthorizerOptions): Authorizer {
  if (options.keptFor !== undefined && options.apiPolicyOwner !== undefined)
    throw new TypeError("no answer can be kept for an API that has a resource policy");
  const { log, deadlineMilliseconds = 5_000, stalenessSeconds = 0 } = options;
  const clock = options.now ?? (() => new Date());
  const policies = createPolicySource();
  const withStaleness =
    stalenessSeconds > 0 ? staleness(stalenessSeconds) : (reader: Reader): Reader => reader;
  const stale = stalenessSeconds > 0 ? { staleAtMostSeconds: stalenessSeconds } : {};
  let cold = true;

  return {
    async decide(request) {
      const decisionId = randomUUID();
      const now = clock();
      const started = performance.now();
      const reader = countingReader(options.reader);
      const directory: Directory = { ...options.directory, reader: withStaleness(reader) };
      const work = decideOne(options, { directory, policies, request, now, decisionId });
      const { answer, line } = await within(deadlineMilliseconds, work).catch((error: unknown) =>
        failure(error, decisionId),
      );
      log({
        type: "decision",
        time: now.toISOString(),
        decisionId,
        requestId: request.requestId,
        api: request.apiId,
        region: request.region,
        sourceIp: request.sourceIp,
        ...line,
        milliseconds: Math.round((performance.now() - started) * 1000) / 1000,
        roundTrips: reader.calls(),
        ...(cold ? { cold } : {}),
        ...stale,
      });
      cold = false;
      return answer;
    },
  };
}

interface Made {
  readonly answer: Answer;
  readonly line: Partial<DecisionLine> & Pick<DecisionLine, "outcome">;
}

interface One {
  readonly directory: Directory;
  readonly policies: ReturnType<typeof createPolicySource>;
  readonly request: ApiRequest;
  readonly now: Date;
  readonly decisionId: string;
}

async function decideOne(options: AuthorizerOptions, one: One): Promise<Made> {
  const { request, decisionId, now } = one;
  const owner = options.apiPolicyOwner;
  const [proof, apiPolicy] = await Promise.all([
    prove({ ...one, bearer: options.bearer, allowUnsigned: options.allowUnsignedPayload }),
    owner === undefined ? undefined : readApiPolicy(one.directory.reader, owner, request.apiId),
  ]);
  if (proof.ok && options.keptFor !== undefined && proof.by === "signature")
    return {
      answer: { kind: "unauthenticated", decisionId },
      line: { outcome: "unauthenticated", reason: "answers to signed requests cannot be kept" },
    };
  if (!proof.ok) {
    const { reason, accessKeyId, refused } = proof;
    if (refused !== undefined)
      return {
        answer: forbidden(refused.message, decisionId, refused.caller, async () => ""),
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
  const { caller, organizationId } = proof;
  const who = {
    principal: "arn" in caller.principal ? caller.principal.arn : caller.principal.type,
    ...("userId" in caller.principal ? { userId: caller.principal.userId } : {}),
    account: caller.account,
    ...(caller.accessKeyId === "" ? {} : { accessKeyId: caller.accessKeyId }),
  };
  const asked = whatIsAsked(options.service, request, caller.account, proof.isSigned);
  if ("unclear" in asked)
    return {
      answer: forbidden("Forbidden", decisionId, caller, async () => ""),
      line: { outcome: "implicitDeny", reason: asked.unclear, ...who },
    };
  if (request.unanswerable !== undefined && options.keptFor === undefined)
    return {
      answer: forbidden(request.unanswerable, decisionId, caller, async () => ""),
      line: { outcome: "implicitDeny", reason: request.unanswerable, ...who },
    };
  const kept = keptFor(proof, options, request);
  if (kept?.ok === false)
    return {
      answer: forbidden("Forbidden", decisionId, caller, async () => ""),
      line: {
        outcome: "implicitDeny",
        reason: `no answer that can be kept: ${kept.reason}`,
        ...who,
      },
    };
  const statements = kept?.ok ? { kept: kept.statements } : {};
  const judgement = judge(caller, asked, request, { now, organizationId, apiPolicy });
  const line = { ...told(judgement), ...who };
  if (judgement.decision.outcome !== "allowed")
    return { answer: { ...denial(judgement, proof, options, decisionId), ...statements }, line };
  const { payloadHash } = proof;
  return { answer: { kind: "allowed", caller, decisionId, payloadHash, ...statements }, line };
}

function keptFor(
  { caller, changing }: Extract<Proof, { ok: true }>,
  { keptFor: routes, service }: AuthorizerOptions,
  { region, apiId, stage }: ApiRequest,
): KeptAnswer | undefined {
  if (routes !== undefined && changing !== undefined)
    return { ok: false, reason: `the role is trusted by \`${changing}\` of each request` };
  return routes && keptAnswer(caller, { routes, service, region, apiId, stage });
}

function denial(
  { decision, asked }: Judgement,
  { caller }: Extract<Proof, { ok: true }>,
  { directory }: AuthorizerOptions,
  decisionId: string,
): Answer {
  if (decision.outcome === "allowed") throw new TypeError("an allow is no denial");
  const refused: RefusedRequest = {
    request: asked,
    decision,
    account: caller.account,
    userName: caller.userName,
    conditions: asked.context.entries(),
  };
  return forbidden(
    denialSentence(caller.principal, asked.action, asked.resource, decision),
    decisionId,
    caller,
    async () => {
      // Loaded with the first denial whose gateway can carry it.
      const { encodeAuthorizationMessage } = await import("@portcullis/iam/authorization-message");
      return encodeAuthorizationMessage(await directory.keyRing(), refused);
    },
  );
}

const forbidden = (
  message: string,
  decisionId: string,
  caller: Caller,
  encodedMessage: () => Promise<string>,
): Answer => ({ kind: "forbidden", message, decisionId, caller, encodedMessage });

const failure = (error: unknown, decisionId: string): Made => ({
  answer: { kind: "failed", decisionId },
  line: {
    outcome: "error",
    reason: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
  },
});
