import { completeApiPolicy } from "@portcullis/iam/api-policy-document";
import { apiPolicyKey } from "@portcullis/iam/record/api-policy";
import type { Reader } from "@portcullis/iam/store";
import {
  type AuthorizationRequest,
  authorize,
  type CompiledPolicy,
  type Decision,
  type Principal,
} from "@portcullis/policy";
import { boundedCache } from "../cache/bounded-cache.ts";
import { allowAll } from "../policies/allow-all.ts";
import { compiledPolicy } from "../policies/compiled-policies.ts";
import type { RoutedRequest } from "../request/routed-request.ts";
import { invocation } from "../service/resolve-request.ts";

/**
 * A protected API's resource policy. `policy` is absent where none is stored: then only identity
 * policies count.
 */
export interface ApiPolicy {
  /** The account that owns the API. */
  readonly owner: string;
  readonly policy: CompiledPolicy | undefined;
}

/**
 * The resource policy of an API, with one strongly consistent read.
 * @throws {Error} when the stored document can't be read: it might be the one that denies
 */
export async function readApiPolicy(
  reader: Reader,
  owner: string,
  { apiId, region }: Pick<RoutedRequest, "apiId" | "region">,
): Promise<ApiPolicy> {
  const [stored] = await reader.get([apiPolicyKey(owner, apiId)]);
  if (stored === undefined) return { owner, policy: undefined };
  const { document } = stored.data;
  const whole = completed(document, `arn:aws:execute-api:${region}:${owner}:${apiId}`);
  return {
    owner,
    policy: compiledPolicy(whole, `api-policy/${apiId}`, "resource-based", "resource"),
  };
}

const completedDocuments = boundedCache<string>(1_000_000);

function completed(document: string, apiArn: string): string {
  const name = `${apiArn} ${document}`;
  const cached = completedDocuments.get(name);
  if (cached !== undefined) return cached;
  const whole = completeApiPolicy(document, apiArn);
  completedDocuments.set(name, whole, document.length);
  return whole;
}

/**
 * The decision of the caller's policies together with the API's, by API Gateway's table for a
 * resource policy beside IAM authorization (API Gateway DG/apigateway-authorization-flow). In the
 * owner's account one of the two must allow, across accounts both. A deny of either denies. The
 * API's policy is evaluated for `execute-api:Invoke` on the API's own ARN, whatever action the
 * route has.
 */
export function withApiPolicy(
  own: Decision,
  { owner, policy }: ApiPolicy,
  routed: RoutedRequest,
  request: AuthorizationRequest,
): Decision {
  if (policy === undefined || own.outcome === "explicitDeny") return own;
  const invoked = invocation(routed, owner);
  // The path can be read in several ways, and the policy might mean another of them.
  if ("unresolved" in invoked)
    return { outcome: "implicitDeny", missing: "resource-based", statements: [] };
  const crossAccount = accountOf(request.principal) !== owner;
  const decisionWithin = (limits: readonly CompiledPolicy[]): Decision => {
    const policies = {
      // Across accounts the caller's policies are evaluated separately. In the owner's account this
      // finds what the API's policy allows alone.
      identity: crossAccount ? [allowAll()] : [],
      boundary: limits,
      session: limits,
      resource: [policy],
    };
    const { action, resources } = invoked;
    const decisions = resources.map((resource) =>
      authorize({ ...request, action, resource, resourceAccount: owner, policies }),
    );
    return (
      decisions.find(({ outcome }) => outcome === "explicitDeny") ??
      decisions.find(({ outcome }) => outcome !== "allowed") ??
      decisions[0] ??
      own
    );
  };
  const unlimited = decisionWithin([allowAll()]);
  if (unlimited.outcome === "explicitDeny") return unlimited;
  if (crossAccount) return unlimited.outcome === "allowed" ? own : unlimited;
  if (own.outcome === "allowed" || unlimited.outcome !== "allowed" || !isReplaceable(own))
    return own;
  // A principal that is named by its role is still limited by boundary and session policies. One
  // that is named itself is not.
  const isAllowed = decisionWithin([]).outcome === "allowed" || isWithinLimits(request);
  return isAllowed ? unlimited : own;
}

/**
 * Whether an allow of the API's policy replaces the allow that is missing. It never replaces one of
 * the organization's guardrails, nor of the account that owns the resource where that is another.
 */
const isReplaceable = (own: Extract<Decision, { outcome: "implicitDeny" }>): boolean =>
  own.missing === "identity-based" ||
  own.missing === "permissions boundary" ||
  own.missing === "session";

const isWithinLimits = (request: AuthorizationRequest): boolean =>
  authorize({ ...request, policies: { ...request.policies, identity: [allowAll()] } }).outcome ===
  "allowed";

const accountOf = (principal: Principal): string | undefined =>
  "account" in principal ? principal.account : undefined;
