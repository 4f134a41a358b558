import {
  type AuthorizationRequest,
  authorize,
  type CompiledPolicy,
  compilePolicy,
  parsePolicy,
} from "@portcullis/policy";

/**
 * Whether a request is for another account's resource, and the resource's own policies do not let it in, whatever the caller's say.
 * INVARIANT: a stranger learns nothing of the resource, not even that it exists: neither its tags nor whom it denies, nor by the
 * difference that they make to policies of the caller's making.
 */
export function isStranger({ policies, ...asked }: AuthorizationRequest): boolean {
  const { principal, resourceAccount } = asked;
  if (resourceAccount === undefined || ("account" in principal && principal.account === resourceAccount))
    return false;
  const callers = { identity: [ANYTHING], session: [ANYTHING] };
  return (
    authorize({ ...asked, policies: { ...callers, resource: policies.resource ?? [] } }).outcome !== "allowed"
  );
}

const ANYTHING = allowAnything();

function allowAnything(): CompiledPolicy {
  const Statement = { Effect: "Allow", Action: "*", Resource: "*" };
  const parsed = parsePolicy(JSON.stringify({ Version: "2012-10-17", Statement }), "identity");
  if (!parsed.ok) throw new TypeError("the policy that allows anything cannot be read");
  return compilePolicy(parsed.policy, { policyId: "anything", type: "identity-based" });
}
