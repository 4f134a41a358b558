import type {
  EvaluationResult,
  PolicyEvaluationDecisionType,
  ResourceSpecificResult,
  Statement,
} from "@aws-sdk/client-iam";
import {
  type CompiledPolicy,
  type Explanation,
  explain,
  type MatchedStatement,
  type PolicyType,
  type Principal,
  type RequestContext,
} from "@portcullis/policy";
import { POLICY_KINDS, type SimulatedPolicy } from "./simulated-policy.ts";
import type { SimulationBudget } from "./simulation-budget.ts";

/** The input of a simulation, except for the action. */
export interface Simulation {
  readonly principal: Principal;
  readonly policies: readonly SimulatedPolicy[];
  /** Undefined if there is no boundary. */
  readonly boundary: readonly SimulatedPolicy[] | undefined;
  readonly resourcePolicy: SimulatedPolicy | undefined;
  /**
   * The service control policies of each level. Undefined if the simulation ignores the
   * organization.
   */
  readonly serviceControl: readonly (readonly CompiledPolicy[])[] | undefined;
  /** `["*"]` if the request names none. */
  readonly resources: readonly string[];
  /** The owning account of resources whose ARN contains no account. */
  readonly resourceOwner: string;
  readonly context: RequestContext;
}

/**
 * Simulates one action: the decision for each resource, and the most restrictive of them. Lets
 * other requests run between resources.
 * @param budget of the whole request
 * @throws {ApiError} `PolicyEvaluation` if it takes more than the budget
 */
export async function simulate(
  simulation: Simulation,
  action: string,
  budget: SimulationBudget,
): Promise<EvaluationResult> {
  const { resources } = simulation;
  const results: Result[] = [];
  for (const resource of resources) {
    await budget.pause();
    results.push(resultOf(simulation, action, resource, budget));
  }
  const [only] = resources;
  const whole = {
    EvalActionName: action,
    EvalResourceName: resources.length === 1 ? (only ?? "*") : "*",
    EvalDecision: mostRestrictive(results.map(({ decision }) => decision)),
    MatchedStatements: distinct(results.flatMap(({ statements }) => statements)),
    MissingContextValues: [...new Set(results.flatMap(({ missing }) => missing))],
    EvalDecisionDetails:
      only !== undefined && resources.length === 1 ? (results[0]?.details ?? {}) : {},
    ...organizations(results.map(({ byOrganization }) => byOrganization)),
    ...boundaries(results.map(({ byBoundary }) => byBoundary)),
  };
  if (resources.length === 1 && only === "*") return whole;
  return { ...whole, ResourceSpecificResults: results.map(resourceSpecific) };
}

interface Result {
  readonly resource: string;
  readonly decision: PolicyEvaluationDecisionType;
  readonly statements: readonly Statement[];
  readonly missing: readonly string[];
  readonly details: Record<string, PolicyEvaluationDecisionType>;
  readonly byOrganization: boolean | undefined;
  readonly byBoundary: boolean | undefined;
}

function resultOf(
  simulation: Simulation,
  action: string,
  resource: string,
  budget: SimulationBudget,
): Result {
  const { principal, policies, boundary, serviceControl, context, resourceOwner } = simulation;
  const resourcePolicy = resourcePolicyFor(simulation, action);
  const resourceAccount = /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(resource)?.[1] ?? resourceOwner;
  const explanation = explain({
    principal,
    action,
    resource,
    resourceAccount,
    context,
    policies: {
      identity: policies.map(({ compiled }) => compiled),
      ...(boundary === undefined ? {} : { boundary: boundary.map(({ compiled }) => compiled) }),
      ...(resourcePolicy === undefined ? {} : { resource: [resourcePolicy.compiled] }),
      ...(serviceControl === undefined ? {} : { serviceControl }),
    },
  });
  const involved = [
    ...policies,
    ...(boundary ?? []),
    ...(resourcePolicy === undefined ? [] : [resourcePolicy]),
  ];
  const compiled = [...involved.map((policy) => policy.compiled), ...(serviceControl ?? []).flat()];
  const statements = compiled.reduce((count, policy) => count + policy.statements.length, 0);
  budget.spend(explanation, statements, `${action} on ${resource}`);
  const verdictsOf = (type: string) =>
    explanation.verdicts.filter(({ policyType }) => policyType === type);
  const crossAccount = "account" in principal && resourceAccount !== principal.account;
  return {
    resource,
    decision: explanation.decision.outcome,
    statements: contributing(explanation).flatMap((matched) =>
      describeStatement(matched, involved, budget),
    ),
    missing: missingKeys(explanation, budget, compiled),
    // As in AWS, only across accounts: the separate decision of each side.
    details: crossAccount
      ? Object.fromEntries([
          ...verdictsOf("identity-based").map(({ outcome }) => [
            POLICY_KINDS.identity.sourceType,
            outcome,
          ]),
          ...(resourcePolicy === undefined ? [] : verdictsOf(resourcePolicy.compiled.type)).map(
            ({ outcome }) => [POLICY_KINDS.resource.sourceType, outcome],
          ),
        ])
      : {},
    byOrganization:
      serviceControl && verdictsOf("service control").every(({ outcome }) => outcome === "allowed"),
    byBoundary:
      boundary && verdictsOf("permissions boundary").every(({ outcome }) => outcome === "allowed"),
  };
}

/**
 * The resource policy that applies to an action. A role's trust policy applies to assuming the role
 * only.
 */
const resourcePolicyFor = (
  { resourcePolicy }: Simulation,
  action: string,
): SimulatedPolicy | undefined =>
  resourcePolicy?.kind === "trust" && !TRUST_ACTION.test(action) ? undefined : resourcePolicy;

const TRUST_ACTION = /^sts:(?:AssumeRole|SetContext|SetSourceIdentity|TagSession)/i;

/** The statements that made the decision. If a policy that grants denied it, only the denies. */
function contributing({ decision, matched }: Explanation): readonly MatchedStatement[] {
  const denied = decision.outcome === "explicitDeny" ? decision.deniedBy : undefined;
  const deniesAlone = denied !== undefined && GRANTING.has(denied);
  return deniesAlone ? matched.filter(({ effect }) => effect === "Deny") : matched;
}

const GRANTING: ReadonlySet<PolicyType> = new Set([
  "identity-based",
  "resource-based",
  "role trust",
]);

/**
 * Describes a statement. Statements of service control policies are left out, because the caller
 * may not be allowed to read them.
 */
function describeStatement(
  { policyId, policyType, index }: MatchedStatement,
  involved: readonly SimulatedPolicy[],
  budget: SimulationBudget,
): Statement[] {
  const source = involved.find(
    ({ compiled, kind }) =>
      compiled.policyId === policyId && POLICY_KINDS[kind].type === policyType,
  );
  const statement = source?.compiled.policy.statements[index];
  if (source === undefined || statement === undefined) return [];
  const { start, end } = budget.positionOf(source.document, statement);
  return [
    {
      SourcePolicyId: source.sourceId,
      SourcePolicyType: POLICY_KINDS[source.kind].sourceType as never,
      StartPosition: { Line: start.line, Column: start.column },
      EndPosition: { Line: end.line, Column: end.column },
    },
  ];
}

/** The missing condition keys, in the spelling of the first policy that uses them. */
function missingKeys(
  { missingKeys: missing }: Explanation,
  budget: SimulationBudget,
  involved: readonly CompiledPolicy[],
): readonly string[] {
  if (missing.length === 0) return [];
  const spelled = new Map<string, string>();
  for (const { policy } of involved) {
    for (const key of budget.contextKeysOf(policy)) {
      if (!spelled.has(key.toLowerCase())) spelled.set(key.toLowerCase(), key);
    }
  }
  return missing.flatMap((key) => spelled.get(key) ?? []);
}

const resourceSpecific = (result: Result): ResourceSpecificResult => ({
  EvalResourceName: result.resource,
  EvalResourceDecision: result.decision,
  MatchedStatements: [...result.statements],
  MissingContextValues: [...result.missing],
  ...(Object.keys(result.details).length > 0 ? { EvalDecisionDetails: result.details } : {}),
  ...boundaries([result.byBoundary]),
});

const RESTRICTIVENESS: readonly PolicyEvaluationDecisionType[] = [
  "allowed",
  "implicitDeny",
  "explicitDeny",
];

const mostRestrictive = (
  decisions: readonly PolicyEvaluationDecisionType[],
): PolicyEvaluationDecisionType =>
  RESTRICTIVENESS.findLast((decision) => decisions.includes(decision)) ?? "implicitDeny";

const distinct = (statements: readonly Statement[]): Statement[] => [
  ...new Map(statements.map((statement) => [JSON.stringify(statement), statement])).values(),
];

const organizations = (allowed: readonly (boolean | undefined)[]) =>
  allowed.includes(undefined)
    ? {}
    : { OrganizationsDecisionDetail: { AllowedByOrganizations: !allowed.includes(false) } };

const boundaries = (allowed: readonly (boolean | undefined)[]) =>
  allowed.includes(undefined)
    ? {}
    : {
        PermissionsBoundaryDecisionDetail: {
          AllowedByPermissionsBoundary: !allowed.includes(false),
        },
      };
