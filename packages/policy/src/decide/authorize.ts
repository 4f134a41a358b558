import { BY_ENTITY, BY_ITSELF, type Naming, NOT_NAMED } from "../match/principal.ts";
import type { Decision, PolicyType, StatementReference } from "../model/decision.ts";
import type { Principal } from "../model/request-context.ts";
import { type Evaluation, evaluationOf, findAllow } from "./evaluate.ts";
import type { AuthorizationRequest } from "./request.ts";
import type { CompiledStatement } from "./statement.ts";

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
    // "If anything errs": a context or a caller's object that throws, of which we can't know more.
    return implicitDeny("identity-based");
  }
}

function decide(request: AuthorizationRequest, evaluation: Evaluation): Decision {
  const { serviceControl, resource, identity, boundary, session } = request.policies;
  // INVARIANT: deny wins. Every policy is asked for a deny before an allow counts.
  const ofLevels = serviceControl?.map((level) => findAllow(level, evaluation));
  const ofResource = findAllow(resource, evaluation);
  const { naming } = evaluation;
  const ofIdentity = findAllow(identity, evaluation);
  const ofBoundary = findAllow(boundary, evaluation);
  const ofSession = findAllow(session, evaluation);
  if (evaluation.deny !== undefined) return denyBy(evaluation.deny);
  const round: Round = {
    request,
    ofResource,
    naming,
    ofIdentity,
    ofBoundary,
    ofSession,
    allows: NONE,
  };
  if (ofLevels !== undefined) {
    for (const allow of ofLevels)
      if (!allowedBy(allow, round)) return implicitDeny("service control");
  }
  const missing = missingPolicy(round);
  return missing === undefined
    ? { outcome: "allowed", statements: round.allows }
    : implicitDeny(missing);
}

/** What was found, after no policy denied. */
interface Round {
  readonly request: AuthorizationRequest;
  readonly ofResource: Allow;
  /** How the resource's policy names the principal. */
  readonly naming: Naming;
  readonly ofIdentity: Allow;
  readonly ofBoundary: Allow;
  readonly ofSession: Allow;
  /** Those that counted so far. */
  allows: readonly StatementReference[];
}

type Allow = CompiledStatement | undefined;

/** The kind of policy that should have allowed and did not; undefined when all did. */
function missingPolicy(round: Round): PolicyType | undefined {
  const { principal, resourceAccount } = round.request;
  const resourceType = typeOfResourcePolicy(round.request);
  const named = allowedBy(round.ofResource, round) ? round.naming : NOT_NAMED;
  // Who has no account has no identity policies either: the resource's policy alone speaks.
  if (!("account" in principal)) return named === BY_ITSELF ? undefined : resourceType;
  const crossAccount = resourceAccount !== undefined && resourceAccount !== principal.account;
  // Across accounts both sides must allow; a role's trust policy must in any case.
  if (named === NOT_NAMED && (crossAccount || resourceType === "role trust")) return resourceType;
  if (!crossAccount) {
    // "Resource-based policies and implicit denies in other policy types (same account)".
    if (named === BY_ITSELF) return undefined;
    if (named === BY_ENTITY) return missingLimit(round, principal);
  }
  // The root user may do all in its account without a policy.
  if (principal.type !== "Root" && !allowedBy(round.ofIdentity, round)) return "identity-based";
  return missingLimit(round, principal);
}

/** Boundary and session policies grant nothing, but must allow where they are. */
function missingLimit(round: Round, principal: Principal): PolicyType | undefined {
  const { boundary, session } = round.request.policies;
  if (boundary !== undefined && !allowedBy(round.ofBoundary, round)) return "permissions boundary";
  if (session !== undefined) return allowedBy(round.ofSession, round) ? undefined : "session";
  // IAM UG/id_credentials_temp_control-access_getfederationtoken: without session policies it has nothing.
  return principal.type === "FederatedUser" ? "session" : undefined;
}

/** Whether the resource's policy is a role's trust policy, which must allow whatever identity policies say. */
function typeOfResourcePolicy({
  policies,
  action,
}: AuthorizationRequest): "resource-based" | "role trust" {
  const { resource } = policies;
  if (resource === undefined) return "resource-based";
  const [first] = resource;
  // A role without a trust policy trusts nobody.
  const isTrust =
    first === undefined ? /^sts:assumerole/i.test(action) : first.type === "role trust";
  return isTrust ? "role trust" : "resource-based";
}

const NONE: readonly StatementReference[] = [];

function allowedBy(allow: Allow, round: Round): boolean {
  if (allow === undefined) return false;
  // Mostly it is one: a list of just that is made three times faster than one that grows.
  round.allows = round.allows === NONE ? [allow.reference] : [...round.allows, allow.reference];
  return true;
}

function denyBy({ reference }: CompiledStatement): Decision {
  return { outcome: "explicitDeny", deniedBy: reference.policyType, statements: [reference] };
}

function implicitDeny(missing: PolicyType): Decision {
  return { outcome: "implicitDeny", missing, statements: [] };
}
