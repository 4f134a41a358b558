import {
  type ApplicablePolicies,
  type AuthorizationRequest,
  authorize,
  type CompiledPolicy,
  compilePolicy,
  type PolicyKind,
  type PolicyType,
  type Principal,
  parsePolicy,
} from "@portcullis/policy";
import { literalResource } from "./resource-text.ts";
import type { SmallestStatement, StatementDocument } from "./types.ts";

/** By type of policy, the kind of its document, and where a request has such policies. */
const TYPES: Readonly<
  Record<PolicyType, readonly [kind: PolicyKind, member: keyof ApplicablePolicies]>
> = {
  "identity-based": ["identity", "identity"],
  "resource-based": ["resource", "resource"],
  "permissions boundary": ["boundary", "boundary"],
  session: ["session", "session"],
  "service control": ["serviceControl", "serviceControl"],
  "role trust": ["trust", "resource"],
};

/**
 * A request is missing at most one policy of each type, and one for each level of service control.
 */
const MOST_ADDITIONS = 16;

/**
 * The statements that would allow a request, each for a policy of the type that does not allow it
 * yet. The engine confirms that with them it is allowed. An explicit deny can't be outweighed.
 */
export function smallestStatement(request: AuthorizationRequest): SmallestStatement {
  const additions: Addition[] = [];
  let { policies } = request;
  for (let round = 0; round <= MOST_ADDITIONS; round++) {
    const decision = authorize({ ...request, policies });
    if (decision.outcome === "allowed")
      return additions.length === 0 ? { outcome: "allowed" } : { outcome: "add", additions };
    if (decision.outcome === "explicitDeny") {
      const [statement] = decision.statements;
      return {
        outcome: "denied",
        deniedBy: decision.deniedBy,
        policyId: statement?.policyId ?? "",
        statementIndex: statement?.index ?? 0,
        ...(statement?.sid === undefined ? {} : { statementId: statement.sid }),
      };
    }
    const { missing } = decision;
    const statement = statementFor(request, missing);
    const compiled = compiledOf(statement, missing);
    if (compiled === undefined) return IMPOSSIBLE;
    const level =
      missing === "service control" ? missingLevel(request, policies, compiled) : undefined;
    const next = add(policies, missing, compiled, level);
    if (
      next === undefined ||
      additions.some((one) => one.policyType === missing && one.level === level)
    )
      return IMPOSSIBLE;
    additions.push({ policyType: missing, ...(level === undefined ? {} : { level }), statement });
    policies = next;
  }
  return IMPOSSIBLE;
}

type Addition = Extract<SmallestStatement, { outcome: "add" }>["additions"][number];

const IMPOSSIBLE: SmallestStatement = { outcome: "impossible" };

function statementFor(
  { principal, action, resource }: AuthorizationRequest,
  type: PolicyType,
): StatementDocument {
  const base = { Effect: "Allow" as const, Action: action };
  if (type === "role trust") return { ...base, Principal: nameOf(principal) };
  const named = { ...base, Resource: literalResource(resource) };
  return type === "resource-based" ? { ...named, Principal: nameOf(principal) } : named;
}

function nameOf(principal: Principal): NonNullable<StatementDocument["Principal"]> {
  switch (principal.type) {
    case "Anonymous":
      return "*";
    case "Service":
      return { Service: principal.service };
    case "Federated":
      return { Federated: principal.provider };
    case "AssumedRole":
      return { AWS: principal.roleArn };
    default:
      return { AWS: principal.arn };
  }
}

function compiledOf(statement: StatementDocument, type: PolicyType): CompiledPolicy | undefined {
  const text = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  const parsed = parsePolicy(text, TYPES[type][0]);
  return parsed.ok ? compilePolicy(parsed.policy, { policyId: "addition", type }) : undefined;
}

/** The first level, from the root down, whose policies do not allow the request. */
function missingLevel(
  request: AuthorizationRequest,
  { serviceControl = [] }: ApplicablePolicies,
  allow: CompiledPolicy,
): number | undefined {
  const alone = (level: readonly CompiledPolicy[]) =>
    authorize({
      ...request,
      policies: { identity: [allow], session: [allow], serviceControl: [level] },
    });
  const at = serviceControl.findIndex((level) => {
    const decision = alone(level);
    return decision.outcome === "implicitDeny" && decision.missing === "service control";
  });
  return at < 0 ? undefined : at;
}

function add(
  policies: ApplicablePolicies,
  type: PolicyType,
  policy: CompiledPolicy,
  level: number | undefined,
): ApplicablePolicies | undefined {
  const [, member] = TYPES[type];
  if (member !== "serviceControl")
    return { ...policies, [member]: [...(policies[member] ?? []), policy] };
  const { serviceControl } = policies;
  if (level === undefined || serviceControl === undefined) return undefined;
  return {
    ...policies,
    serviceControl: serviceControl.map((own, at) => (at === level ? [...own, policy] : own)),
  };
}
