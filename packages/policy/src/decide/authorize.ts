import { CALLER_MATCH, ENTITY_MATCH, NO_MATCH, type PrincipalMatch } from "../match/principal.ts";
import type { Decision, PolicyType, StatementReference } from "../model/decision.ts";
import type { Principal } from "../model/request-context.ts";
import { type Evaluation, findAllow, startEvaluation } from "./evaluate.ts";
import type { AuthorizationRequest } from "./request.ts";
import type { CompiledStatement } from "./statement.ts";

/**
 * Decides a request as AWS does (IAM UG/reference_policies_evaluation-logic and
 * reference_policies_evaluation-logic-cross-account). Never throws and never waits. A request that
 * causes an error, or takes more than `LIMITS.decisionSteps`, is denied.
 *
 * An allow names one statement of each kind of policy that had to allow; an explicit deny names the
 * deny. `explain` names all that apply.
 */
export function authorize(request: AuthorizationRequest): Decision {
  let evaluation: Evaluation | undefined;
  try {
    evaluation = startEvaluation(request);
    return decide(request, evaluation);
  } catch {
    // The step limit, or an object of the caller's, such as the context, that throws.
    const denied = implicitDeny("identity-based");
    return (evaluation?.stepsLeft ?? 0) < 0 ? { ...denied, exceeded: "decisionSteps" } : denied;
  }
}

function decide(request: AuthorizationRequest, evaluation: Evaluation): Decision {
  const { serviceControl, resource, identity, boundary, session } = request.policies;
  // INVARIANT: deny wins. All policies are searched for a deny before any allow counts.
  const levelAllows = serviceControl?.map((level) => findAllow(level, evaluation));
  const resourceAllow = findAllow(resource, evaluation);
  const { principalMatch } = evaluation;
  const identityAllow = findAllow(identity, evaluation);
  const boundaryAllow = findAllow(boundary, evaluation);
  const sessionAllow = findAllow(session, evaluation);
  if (evaluation.deny !== undefined) return explicitDeny(evaluation.deny);
  const findings: Findings = {
    request,
    resourceAllow,
    principalMatch,
    identityAllow,
    boundaryAllow,
    sessionAllow,
    allows: NONE,
  };
  if (levelAllows !== undefined) {
    for (const allow of levelAllows)
      if (!isAllowed(allow, findings)) return implicitDeny("service control");
  }
  const missing = missingPolicy(findings);
  return missing === undefined
    ? { outcome: "allowed", statements: findings.allows }
    : implicitDeny(missing);
}

/** What was found in policies without a deny that applies. */
interface Findings {
  readonly request: AuthorizationRequest;
  readonly resourceAllow: Allow;
  /** How the resource's policy names the principal. */
  readonly principalMatch: PrincipalMatch;
  readonly identityAllow: Allow;
  readonly boundaryAllow: Allow;
  readonly sessionAllow: Allow;
  /** The allows that were needed so far. */
  allows: readonly StatementReference[];
}

type Allow = CompiledStatement | undefined;

/** The kind of policy that had to allow and does not. Undefined if all do. */
function missingPolicy(findings: Findings): PolicyType | undefined {
  const { principal, resourceAccount } = findings.request;
  const resourceType = resourcePolicyType(findings.request);
  const match = isAllowed(findings.resourceAllow, findings) ? findings.principalMatch : NO_MATCH;
  // A principal without an account has no identity policies: the resource's policy alone decides.
  if (!("account" in principal)) return match === CALLER_MATCH ? undefined : resourceType;
  const crossAccount = resourceAccount !== undefined && resourceAccount !== principal.account;
  // Across accounts both sides must allow. A role's trust policy must always allow.
  if (match === NO_MATCH && (crossAccount || resourceType === "role trust")) return resourceType;
  if (!crossAccount) {
    // "Resource-based policies and implicit denies in other policy types (same account)".
    if (match === CALLER_MATCH) return undefined;
    if (match === ENTITY_MATCH) return missingLimit(findings, principal);
  }
  // The root user needs no identity policy in its account.
  if (principal.type !== "Root" && !isAllowed(findings.identityAllow, findings))
    return "identity-based";
  return missingLimit(findings, principal);
}

/** Boundary and session policies grant nothing, but must allow if there are any. */
function missingLimit(findings: Findings, principal: Principal): PolicyType | undefined {
  const { boundary, session } = findings.request.policies;
  if (boundary !== undefined && !isAllowed(findings.boundaryAllow, findings))
    return "permissions boundary";
  if (session !== undefined)
    return isAllowed(findings.sessionAllow, findings) ? undefined : "session";
  // IAM UG/id_credentials_temp_control-access_getfederationtoken: without session policies a
  // federated user has no permissions.
  return principal.type === "FederatedUser" ? "session" : undefined;
}

/** A role's trust policy must allow, whatever identity policies say; other resources' need not. */
function resourcePolicyType({
  policies,
  action,
}: AuthorizationRequest): "resource-based" | "role trust" {
  const { resource } = policies;
  if (resource === undefined) return "resource-based";
  const [first] = resource;
  // A role without a trust policy trusts no principal.
  const isTrust =
    first === undefined ? /^sts:assumerole/i.test(action) : first.type === "role trust";
  return isTrust ? "role trust" : "resource-based";
}

const NONE: readonly StatementReference[] = [];

function isAllowed(allow: Allow, findings: Findings): boolean {
  if (allow === undefined) return false;
  // Usually there is one: V8 makes a literal list three times faster than a list that grows.
  findings.allows =
    findings.allows === NONE ? [allow.reference] : [...findings.allows, allow.reference];
  return true;
}

function explicitDeny({ reference }: CompiledStatement): Decision {
  return { outcome: "explicitDeny", deniedBy: reference.policyType, statements: [reference] };
}

function implicitDeny(missing: PolicyType): Extract<Decision, { outcome: "implicitDeny" }> {
  return { outcome: "implicitDeny", missing, statements: [] };
}
