import type { CompiledPolicy } from "./compile.ts";
import type { Decision, PolicyType, StatementReference } from "./decision.ts";
import { type Evaluation, evaluationOf, findAllow, findDeny } from "./evaluate.ts";
import { BY_ENTITY, BY_ITSELF, type Naming, NOT_NAMED } from "./principal.ts";
import type { ApplicablePolicies, AuthorizationRequest, Principal } from "./request.ts";

/**
 * Decides a request as AWS does (IAM UG/reference_policies_evaluation-logic and
 * reference_policies_evaluation-logic-cross-account). Never throws and never waits: what errs on the way is denied.
 *
 * `statements` of an allow are one of each kind of policy that had to allow; of an explicit deny, the deny. `explain`
 * tells of all that apply.
 */
export function authorize(request: AuthorizationRequest): Decision {
  try {
    return decide(request, evaluationOf(request));
  } catch {
    // Step "if anything errs": a context or a caller's object that throws, which we can't know more of.
    return implicitDeny("identity-based");
  }
}

function decide(request: AuthorizationRequest, evaluation: Evaluation): Decision {
  const { policies } = request;
  // INVARIANT: deny wins. No allow is looked at before every policy has been asked for a deny.
  const denied = deniedBy(policies, evaluation);
  if (denied !== undefined) {
    return { outcome: "explicitDeny", deniedBy: denied.policyType, statements: [denied] };
  }
  const allows: StatementReference[] = [];
  for (const level of policies.serviceControl ?? NO_LEVELS) {
    if (!allowedBy(level, evaluation, allows)) return implicitDeny("service control");
  }
  const missing = missingPolicy(request, evaluation, allows);
  return missing === undefined ? { outcome: "allowed", statements: allows } : implicitDeny(missing);
}

const NO_LEVELS: readonly (readonly CompiledPolicy[])[] = [];

function deniedBy(policies: ApplicablePolicies, evaluation: Evaluation): StatementReference | undefined {
  for (const level of policies.serviceControl ?? NO_LEVELS) {
    if (findDeny(level, evaluation)) return evaluation.statement?.reference;
  }
  const denied =
    findDeny(policies.resource, evaluation) ||
    findDeny(policies.identity, evaluation) ||
    findDeny(policies.boundary, evaluation) ||
    findDeny(policies.session, evaluation);
  return denied ? evaluation.statement?.reference : undefined;
}

/** The kind of policy that should have allowed and did not; undefined when all did. */
function missingPolicy(
  request: AuthorizationRequest,
  evaluation: Evaluation,
  allows: StatementReference[],
): PolicyType | undefined {
  const { policies, principal } = request;
  const resourceType = typeOfResourcePolicy(request);
  const named = allowingName(policies.resource, evaluation, allows);
  // Who has no account has no identity policies either: the resource's policy alone speaks.
  if (!("account" in principal)) return named === BY_ITSELF ? undefined : resourceType;
  const crossAccount = request.resourceAccount !== undefined && request.resourceAccount !== principal.account;
  // Across accounts both sides must allow; a role's trust policy must in any case.
  if (named === NOT_NAMED && (crossAccount || resourceType === "role trust")) return resourceType;
  if (!crossAccount) {
    // "Resource-based policies and implicit denies in other policy types (same account)".
    if (named === BY_ITSELF) return undefined;
    if (named === BY_ENTITY) return missingLimit(policies, principal, evaluation, allows);
  }
  // The root user may do all in its account without a policy.
  if (principal.type !== "Root" && !allowedBy(policies.identity, evaluation, allows)) return "identity-based";
  return missingLimit(policies, principal, evaluation, allows);
}

/** Boundary and session policies grant nothing, but must allow where they are. */
function missingLimit(
  policies: ApplicablePolicies,
  principal: Principal,
  evaluation: Evaluation,
  allows: StatementReference[],
): PolicyType | undefined {
  const { boundary, session } = policies;
  if (boundary !== undefined && !allowedBy(boundary, evaluation, allows)) return "permissions boundary";
  if (session !== undefined) return allowedBy(session, evaluation, allows) ? undefined : "session";
  // IAM UG/id_credentials_temp_control-access_getfederationtoken: without session policies it has nothing.
  return principal.type === "FederatedUser" ? "session" : undefined;
}

/** Whether the resource's policy is a role's trust policy, which must allow whatever identity policies say. */
function typeOfResourcePolicy({ policies, action }: AuthorizationRequest): "resource-based" | "role trust" {
  const { resource } = policies;
  if (resource === undefined) return "resource-based";
  const [first] = resource;
  // A role without a trust policy trusts nobody.
  const isTrust = first === undefined ? /^sts:assumerole/i.test(action) : first.type === "role trust";
  return isTrust ? "role trust" : "resource-based";
}

function allowedBy(
  policies: readonly CompiledPolicy[],
  evaluation: Evaluation,
  allows: StatementReference[],
): boolean {
  return allowingName(policies, evaluation, allows) !== NOT_NAMED;
}

function allowingName(
  policies: readonly CompiledPolicy[] | undefined,
  evaluation: Evaluation,
  allows: StatementReference[],
): Naming {
  if (policies === undefined) return NOT_NAMED;
  const named = findAllow(policies, evaluation);
  if (evaluation.statement !== undefined) allows.push(evaluation.statement.reference);
  return named;
}

function implicitDeny(missing: PolicyType): Decision {
  return { outcome: "implicitDeny", missing, statements: [] };
}
