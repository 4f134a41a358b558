import { type ApiPolicyRecord, apiPolicyKey } from "@portcullis/iam/record/api-policy";
import type { Reader } from "@portcullis/iam/store";
import {
  type AuthorizationRequest,
  authorize,
  type CompiledPolicy,
  type Decision,
  type Principal,
} from "@portcullis/policy";
import { compiled } from "./compiled-policies.ts";
import { invocation, type RoutedRequest } from "./what-is-asked.ts";

/** A protected API's resource policy. `policy` is absent where none is stored: then only identity policies count. */
export interface ApiPolicy {
  /** The account that owns the API. */
  readonly owner: string;
  readonly policy: CompiledPolicy | undefined;
}

/** One strongly consistent read. @throws {Error} when what is stored can't be read: it might deny */
export async function readApiPolicy(reader: Reader, owner: string, apiId: string): Promise<ApiPolicy> {
  const [stored] = await reader.get([apiPolicyKey(owner, apiId)]);
  if (stored === undefined) return { owner, policy: undefined };
  const { document } = stored.data as ApiPolicyRecord;
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
  asked: Pick<AuthorizationRequest, "principal" | "context">,
): Decision {
  if (policy === undefined || own.outcome === "explicitDeny") return own;
  const invoked = invocation(request, owner);
  // A path that can be read in several ways: which the policy would mean, nobody can tell.
  if ("unclear" in invoked) return { outcome: "implicitDeny", missing: "resource-based", statements: [] };
  const across = accountOf(asked.principal) !== owner;
  // Across accounts the caller's side is judged by itself; in the owner's account the API's policy is asked what it allows alone.
  const policies = { identity: across ? [ANYTHING] : [], resource: [policy] };
  const verdicts = invoked.resources.map((resource) =>
    authorize({ ...asked, action: invoked.action, resource, resourceAccount: owner, policies }),
  );
  const refused =
    verdicts.find(({ outcome }) => outcome === "explicitDeny") ??
    verdicts.find(({ outcome }) => outcome !== "allowed");
  if (refused?.outcome === "explicitDeny") return refused;
  if (across) return refused ?? own;
  return own.outcome === "allowed" ? own : ((refused === undefined ? verdicts[0] : undefined) ?? own);
}

/** Stands for the caller's side of a decision across accounts, which has been judged by itself. */
const ANYTHING = compiled(
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] }),
  "anything",
  "identity-based",
  "identity",
);

const accountOf = (principal: Principal): string | undefined =>
  "account" in principal ? principal.account : undefined;
