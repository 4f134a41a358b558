import { apiPolicyKey } from "@portcullis/iam/record/api-policy";
import type { Reader } from "@portcullis/iam/store";
import {
  type AuthorizationRequest,
  authorize,
  type CompiledPolicy,
  type Decision,
  type Principal,
} from "@portcullis/policy";
import { allowsAnything } from "../policies/allow-all.ts";
import { compiled } from "../policies/compiled-policies.ts";
import type { RoutedRequest } from "../request/routed-request.ts";
import { invocation } from "../service/resolve-request.ts";

/** A protected API's resource policy. `policy` is absent where none is stored: then only identity policies count. */
export interface ApiPolicy {
  /** The account that owns the API. */
  readonly owner: string;
  readonly policy: CompiledPolicy | undefined;
}

/** One strongly consistent read. @throws {Error} when what is stored can't be read: it might deny */
export async function readApiPolicy(
  reader: Reader,
  owner: string,
  apiId: string,
): Promise<ApiPolicy> {
  const [stored] = await reader.get([apiPolicyKey(owner, apiId)]);
  if (stored === undefined) return { owner, policy: undefined };
  const { document } = stored.data;
  return { owner, policy: compiled(document, `api-policy/${apiId}`, "resource-based", "resource") };
}

/**
 * What the API's policy and the caller's own say together, by API Gateway's table for a resource policy beside IAM
 * authorization (API Gateway DG/apigateway-authorization-flow): in the owner's account one of them must allow, across
 * accounts both, and a deny of either denies. The API's policy speaks of `execute-api:Invoke` on the API's own ARN,
 * whatever action the route has in the policy language.
 */
export function withApiPolicy(
  own: Decision,
  { owner, policy }: ApiPolicy,
  request: RoutedRequest,
  asked: AuthorizationRequest,
): Decision {
  if (policy === undefined || own.outcome === "explicitDeny") return own;
  const invoked = invocation(request, owner);
  // A path that can be read in several ways: which the policy would mean, nobody can tell.
  if ("unclear" in invoked)
    return { outcome: "implicitDeny", missing: "resource-based", statements: [] };
  const across = accountOf(asked.principal) !== owner;
  const says = (limits: readonly CompiledPolicy[]): Decision => {
    // Across accounts the caller's side is judged by itself; in the owner's account the API's policy is asked what it allows alone.
    const callers = {
      identity: across ? [allowsAnything()] : [],
      boundary: limits,
      session: limits,
    };
    const verdicts = invoked.resources.map((resource) =>
      authorize({
        ...asked,
        action: invoked.action,
        resource,
        resourceAccount: owner,
        policies: { ...callers, resource: [policy] },
      }),
    );
    return (
      verdicts.find(({ outcome }) => outcome === "explicitDeny") ??
      verdicts.find(({ outcome }) => outcome !== "allowed") ??
      verdicts[0] ??
      own
    );
  };
  const said = says([allowsAnything()]);
  if (said.outcome === "explicitDeny") return said;
  if (across) return said.outcome === "allowed" ? own : said;
  if (own.outcome === "allowed" || said.outcome !== "allowed" || !canStandIn(own)) return own;
  // Who is named as a role is still limited by boundary and session policies; who is named as itself is not.
  return says([]).outcome === "allowed" || isWithinLimits(asked) ? said : own;
}

/**
 * Whether another policy that allows takes the place of what is missing. None does for the organization's guardrails, nor for the
 * account that a resource belongs to when it is another than the caller's.
 */
const canStandIn = (own: Extract<Decision, { outcome: "implicitDeny" }>): boolean =>
  own.missing === "identity-based" ||
  own.missing === "permissions boundary" ||
  own.missing === "session";

const isWithinLimits = (asked: AuthorizationRequest): boolean =>
  authorize({ ...asked, policies: { ...asked.policies, identity: [allowsAnything()] } }).outcome ===
  "allowed";

const accountOf = (principal: Principal): string | undefined =>
  "account" in principal ? principal.account : undefined;
