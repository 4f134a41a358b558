import { randomUUID } from "node:crypto";
import type { Caller } from "@portcullis/iam/caller";
import type { Reader } from "@portcullis/iam/store";
import { authorize, type Decision } from "@portcullis/policy";
import { readCredential, type SignedRequest, verifySignature } from "@portcullis/protocol/sigv4";
import { type Authentication, authenticate } from "./authenticate.ts";
import { conditionKeys } from "./condition-keys.ts";
import type { DecisionLine, Log } from "./decision-log.ts";
import { denialSentence } from "./denial.ts";
import type { Directory } from "./identity.ts";
import { createPolicySource } from "./policy-source.ts";
import { type Asked, type RoutedRequest, type ServiceDefinition, whatIsAsked } from "./service-definition.ts";

/** A request to a protected API, as a gateway puts it before its authorizer: everything but the body. */
export interface ApiRequest extends RoutedRequest {
  readonly signed: SignedRequest;
  readonly sourceIp?: string | undefined;
  readonly userAgent?: string | undefined;
  readonly requestId?: string | undefined;
}

export type Answer =
  | {
      readonly kind: "allowed";
      readonly caller: Caller;
      readonly decisionId: string;
      readonly payloadHash: string;
    }
  | { readonly kind: "forbidden"; readonly message: string; readonly decisionId: string }
  /** No credentials, or none that prove anything. */
  | { readonly kind: "unauthenticated"; readonly decisionId: string }
  /** It could not be found out; never an allow. */
  | { readonly kind: "failed"; readonly decisionId: string };

export interface Authorizer {
  /** Never throws. */
  decide(request: ApiRequest): Promise<Answer>;
}

export interface AuthorizerOptions {
  readonly directory: Omit<Directory, "reader">;
  readonly reader: Reader;
  readonly service?: ServiceDefinition | undefined;
  readonly log: Log;
  readonly now?: () => Date;
}

/** Signatures of protected APIs hold for 5 minutes around their time. */
const MAX_SKEW_SECONDS = 300;

/** Who calls, what do they ask, may they? One strongly consistent read when nothing shared has changed, two otherwise. */
export function createAuthorizer(options: AuthorizerOptions): Authorizer {
  const { log, service } = options;
  const clock = options.now ?? (() => new Date());
  const policies = createPolicySource();
  let cold = true;

  return {
    async decide(request) {
      const decisionId = randomUUID();
      const now = clock();
      const started = performance.now();
      const reader = countingReader(options.reader);
      const directory: Directory = { ...options.directory, reader };
      const line = (rest: Partial<DecisionLine> & Pick<DecisionLine, "outcome">) => {
        log({
          type: "decision",
          time: now.toISOString(),
          decisionId,
          requestId: request.requestId,
          region: request.region,
          sourceIp: request.sourceIp,
          ...rest,
          milliseconds: Math.round((performance.now() - started) * 1000) / 1000,
          roundTrips: reader.calls(),
          ...(cold ? { cold } : {}),
        });
        cold = false;
      };
      try {
        const found = await prove(request, directory, policies, now);
        if (!found.ok) {
          line({ outcome: "unauthenticated", reason: found.reason, accessKeyId: found.accessKeyId });
          return { kind: "unauthenticated", decisionId };
        }
        const { caller } = found;
        const who = { principal: nameOf(caller), account: caller.account, accessKeyId: caller.accessKeyId };
        const asked = whatIsAsked(service, request, caller.account);
        if (asked === undefined) {
          line({ outcome: "implicitDeny", reason: "the request's parameters name no resource", ...who });
          return { kind: "forbidden", message: "Forbidden", decisionId };
        }
        const decision = judge(caller, asked, request, now);
        line({
          outcome: decision.outcome,
          reason: reasonOf(decision),
          ...who,
          action: asked.action,
          resource: asked.resource,
          statements: statementsOf(decision),
        });
        if (decision.outcome === "allowed")
          return { kind: "allowed", caller, decisionId, payloadHash: found.payloadHash };
        return {
          kind: "forbidden",
          message: denialSentence(caller.principal, asked.action, asked.resource, decision),
          decisionId,
        };
      } catch (error) {
        line({ outcome: "error", reason: describeError(error) });
        return { kind: "failed", decisionId };
      }
    },
  };
}

/** Whose request it is: the signature is proven before anything more is read than the one record it needs. */
async function prove(
  request: ApiRequest,
  directory: Directory,
  policies: ReturnType<typeof createPolicySource>,
  now: Date,
): Promise<Authentication> {
  const { signed, region } = request;
  const read = readCredential(signed);
  if (!read.ok)
    return { ok: false, code: read.code, message: read.message, reason: `${read.code}: ${read.message}` };
  const { credential } = read;
  return authenticate({
    directory,
    policies,
    credential,
    now,
    verify: (secret) =>
      verifySignature(signed, credential, secret, {
        nowMilliseconds: now.getTime(),
        maxSkewSeconds: MAX_SKEW_SECONDS,
        services: ["execute-api"],
        region,
        payload: { kind: "declared" },
      }),
  });
}

function judge(caller: Caller, asked: Asked, request: ApiRequest, now: Date): Decision {
  if (caller.session?.passwordChangeOnly)
    return { outcome: "implicitDeny", missing: "session", statements: [] };
  return authorize({
    principal: caller.principal,
    action: asked.action,
    resource: asked.resource,
    ...(asked.account === undefined ? {} : { resourceAccount: asked.account }),
    policies: caller.policies,
    context: conditionKeys(caller, {
      now,
      sourceIp: request.sourceIp,
      userAgent: request.userAgent,
      referer: request.header("referer"),
      secureTransport: true,
      region: request.region,
      resourceAccount: asked.account ?? caller.account,
      own: asked.context,
    }),
  });
}

function countingReader(reader: Reader): Reader & { calls(): number } {
  let calls = 0;
  return {
    get(keys) {
      calls++;
      return reader.get(keys);
    },
    snapshot(keys) {
      calls++;
      return reader.snapshot(keys);
    },
    calls: () => calls,
  };
}

const nameOf = ({ principal }: Caller): string => ("arn" in principal ? principal.arn : principal.type);

const statementsOf = ({ statements }: Decision): readonly string[] =>
  statements.map(({ policyId, sid, index }) => `${policyId}#${sid ?? index}`);

function reasonOf(decision: Decision): string {
  if (decision.outcome === "allowed") return "allowed";
  if (decision.outcome === "implicitDeny") return `no ${decision.missing} policy allows it`;
  return `explicit deny in a ${decision.deniedBy} policy`;
}

const describeError = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);
