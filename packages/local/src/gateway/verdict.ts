import { authorize, compilePolicy, parsePolicy } from "@portcullis/policy";
import type { Called } from "./authorizer-call.ts";

/** The gateway's interpretation of an authorizer's answer. */
export type Verdict =
  | { readonly kind: "allowed"; readonly context: AuthorizerContext }
  | { readonly kind: "denied"; readonly explicit: boolean; readonly context: AuthorizerContext }
  | { readonly kind: "unauthorized" }
  /** Thrown, late or malformed: never an allow. */
  | { readonly kind: "failed" };

export type AuthorizerContext = Readonly<Record<string, unknown>>;

/** Interprets an HTTP API's simple answer: `isAuthorized` must be present and true. */
export function simpleVerdict(called: Called): Verdict {
  if (called.kind !== "answered") return called;
  const { answer } = called;
  if (!isObject(answer) || typeof answer.isAuthorized !== "boolean") return { kind: "failed" };
  const context = answer.context ?? {};
  if (!isObject(context)) return { kind: "failed" };
  return answer.isAuthorized
    ? { kind: "allowed", context }
    : { kind: "denied", explicit: false, context };
}

/**
 * The resources that API Gateway accepts in an authorizer's policy
 * (APIGW/api-gateway-control-access-policy-language-overview).
 */
const RESOURCE_AT_MOST = 512;

/**
 * Interprets an IAM answer for the ARN of the requested method. A cached answer is evaluated again
 * for every method.
 * @param nested whether the context may have more than strings, numbers and booleans, as for HTTP
 * APIs
 */
export function policyVerdict(called: Called, methodArn: string, nested: boolean): Verdict {
  if (called.kind !== "answered") return called;
  const { answer } = called;
  if (!isObject(answer) || typeof answer.principalId !== "string" || answer.principalId === "")
    return { kind: "failed" };
  const context = answer.context ?? {};
  if (!isObject(context) || (!nested && !Object.values(context).every(isScalar)))
    return { kind: "failed" };
  const parsed = parsePolicy(JSON.stringify(answer.policyDocument ?? null), "identity");
  if (!parsed.ok) return { kind: "failed" };
  const patterns = parsed.policy.statements.flatMap(({ resource }) => resource?.patterns ?? []);
  if (patterns.some((pattern) => pattern.length > RESOURCE_AT_MOST)) return { kind: "failed" };
  const { outcome } = authorize({
    principal: { type: "User", account: "", arn: answer.principalId, userId: answer.principalId },
    action: "execute-api:Invoke",
    resource: methodArn,
    context: new Map(),
    policies: {
      identity: [compilePolicy(parsed.policy, { policyId: "authorizer", type: "identity-based" })],
    },
  });
  const whole = { ...context, principalId: answer.principalId };
  return outcome === "allowed"
    ? { kind: "allowed", context: whole }
    : { kind: "denied", explicit: outcome === "explicitDeny", context: whole };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isScalar = (value: unknown): boolean =>
  ["string", "number", "boolean"].includes(typeof value);
