import type { CompiledPolicy } from "./compile.ts";
import type { Decision, PolicyType, StatementReference } from "./decision.ts";
import { type Evaluation, evaluationOf, findAllow, findDeny } from "./evaluate.ts";
import { BY_ENTITY, BY_ITSELF, type Naming, NOT_NAMED } from "./principal.ts";
import type { AuthorizationRequest, Principal } from "./request.ts";
import type { StatementGroup } from "./statement-index.ts";

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
  // INVARIANT: deny wins. No allow is looked at before every policy has been asked for a deny.
  const levels = serviceControl === undefined ? NO_LEVELS : candidatesOfLevels(serviceControl, evaluation);
  const ofResource = levels && candidatesOf(resource, evaluation);
  const ofIdentity = ofResource && candidatesOf(identity, evaluation);
  const ofBoundary = ofIdentity && candidatesOf(boundary, evaluation);
  const ofSession = ofBoundary && candidatesOf(session, evaluation);
  if (!ofSession) {
    const denied = evaluation.statement!.reference;
    return { outcome: "explicitDeny", deniedBy: denied.policyType, statements: [denied] };
  }
  const round: Round = { request, evaluation, ofResource, ofIdentity, ofBoundary, ofSession, allows: [] };
  for (const level of levels) if (!allowedBy(level, round)) return implicitDeny("service control");
  const missing = missingPolicy(round);
  return missing === undefined ? { outcome: "allowed", statements: round.allows } : implicitDeny(missing);
}

/** The round of allows, after no policy denied. */
interface Round {
  readonly request: AuthorizationRequest;
  readonly evaluation: Evaluation;
  readonly ofResource: Candidates;
  readonly ofIdentity: Candidates;
  readonly ofBoundary: Candidates;
  readonly ofSession: Candidates;
  readonly allows: StatementReference[];
}

/** A kind's allows of the request's resource. */
type Candidates = readonly StatementGroup[];

const NO_LEVELS: readonly Candidates[] = [];
const NONE: Candidates = [];

/** Undefined: a deny applies. */
function candidatesOf(
  policies: readonly CompiledPolicy[] | undefined,
  evaluation: Evaluation,
): Candidates | undefined {
  if (policies === undefined) return NONE;
  return findDeny(policies, evaluation) ? undefined : (evaluation.candidates ?? NONE);
}

function candidatesOfLevels(
  levels: readonly (readonly CompiledPolicy[])[],
  evaluation: Evaluation,
): readonly Candidates[] | undefined {
  const all: Candidates[] = [];
  for (const level of levels) {
    const candidates = candidatesOf(level, evaluation);
    if (candidates === undefined) return undefined;
    all.push(candidates);
  }
  return all;
}

/** The kind of policy that should have allowed and did not; undefined when all did. */
function missingPolicy(round: Round): PolicyType | undefined {
  const { principal, resourceAccount } = round.request;
  const resourceType = typeOfResourcePolicy(round.request);
  const named = allowingName(round.ofResource, round);
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
function typeOfResourcePolicy({ policies, action }: AuthorizationRequest): "resource-based" | "role trust" {
  const { resource } = policies;
  if (resource === undefined) return "resource-based";
  const [first] = resource;
  // A role without a trust policy trusts nobody.
  const isTrust = first === undefined ? /^sts:assumerole/i.test(action) : first.type === "role trust";
  return isTrust ? "role trust" : "resource-based";
}

function allowedBy(candidates: Candidates, round: Round): boolean {
  return allowingName(candidates, round) !== NOT_NAMED;
}

function allowingName(candidates: Candidates, { evaluation, allows }: Round): Naming {
  const named = findAllow(candidates, evaluation);
  if (evaluation.statement !== undefined) allows.push(evaluation.statement.reference);
  return named;
}

function implicitDeny(missing: PolicyType): Decision {
  return { outcome: "implicitDeny", missing, statements: [] };
}
