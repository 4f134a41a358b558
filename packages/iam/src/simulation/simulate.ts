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
  requiredContextKeys,
  statementPosition,
} from "@portcullis/policy";
import { ApiError } from "../error.ts";
import { PLACES, type SimulatedPolicy } from "./simulated-policy.ts";

/** Everything that the answers of one simulation depend on, but the action. */
export interface Simulation {
  readonly principal: Principal;
  readonly policies: readonly SimulatedPolicy[];
  /** Undefined: none applies. */
  readonly boundary: readonly SimulatedPolicy[] | undefined;
  readonly resourcePolicy: SimulatedPolicy | undefined;
  /** One list for each level; undefined: the organization plays no part in the answers. */
  readonly serviceControl: readonly (readonly CompiledPolicy[])[] | undefined;
  /** `["*"]` when the request names none. */
  readonly resources: readonly string[];
  /** Whose the resources are whose ARN names no account. */
  readonly resourceOwner: string;
  readonly context: RequestContext;
}

/** What one action comes to: for each resource, and for all of them together, which is the most restrictive of them. */
export function simulate(simulation: Simulation, action: string): EvaluationResult {
  const { resources } = simulation;
  const results = resources.map((resource) => resultOf(simulation, action, resource));
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

function resultOf(simulation: Simulation, action: string, resource: string): Result {
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
  if (explanation.exceeded !== undefined)
    throw new ApiError(
      "PolicyEvaluation",
      "The request failed because a provided policy could not be successfully evaluated: " +
        `${action} on ${resource} takes too many steps.`,
    );
  const involved = [
    ...policies,
    ...(boundary ?? []),
    ...(resourcePolicy === undefined ? [] : [resourcePolicy]),
  ];
  const said = (type: string) =>
    explanation.verdicts.filter(({ policyType }) => policyType === type);
  const crossAccount = "account" in principal && resourceAccount !== principal.account;
  return {
    resource,
    decision: explanation.decision.outcome,
    statements: contributing(explanation).flatMap((matched) =>
      describeStatement(matched, involved),
    ),
    missing: missingKeys(explanation, [
      ...involved.map(({ compiled }) => compiled),
      ...(serviceControl ?? []).flat(),
    ]),
    // Only across accounts, as AWS has it: what each side said by itself.
    details: crossAccount
      ? Object.fromEntries([
          ...said("identity-based").map(({ outcome }) => [PLACES.identity.sourceType, outcome]),
          ...(resourcePolicy === undefined ? [] : said(resourcePolicy.compiled.type)).map(
            ({ outcome }) => [PLACES.resource.sourceType, outcome],
          ),
        ])
      : {},
    byOrganization:
      serviceControl && said("service control").every(({ outcome }) => outcome === "allowed"),
    byBoundary:
      boundary && said("permissions boundary").every(({ outcome }) => outcome === "allowed"),
  };
}

/** A role's trust policy decides who may assume the role, and nothing else. */
const resourcePolicyFor = (
  { resourcePolicy }: Simulation,
  action: string,
): SimulatedPolicy | undefined =>
  resourcePolicy?.place === "trust" && !TRUST_ACTION.test(action) ? undefined : resourcePolicy;

const TRUST_ACTION = /^sts:(?:AssumeRole|SetContext|SetSourceIdentity|TagSession)/i;

/** The statements that made the decision: of a deny by a policy that grants, the denies alone. */
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

/** Statements of service control policies are not shown: who simulates need not be allowed to read them. */
function describeStatement(
  { policyId, policyType, index }: MatchedStatement,
  involved: readonly SimulatedPolicy[],
): Statement[] {
  const source = involved.find(
    ({ compiled, place }) => compiled.policyId === policyId && PLACES[place].type === policyType,
  );
  const statement = source?.compiled.policy.statements[index];
  if (source === undefined || statement === undefined) return [];
  const { start, end } = statementPosition(source.document, statement);
  return [
    {
      SourcePolicyId: source.sourceId,
      SourcePolicyType: PLACES[source.place].sourceType as never,
      StartPosition: { Line: start.line, Column: start.column },
      EndPosition: { Line: end.line, Column: end.column },
    },
  ];
}

/** In the spelling of the first policy that asks for them. */
function missingKeys(
  { missingKeys: missing }: Explanation,
  involved: readonly CompiledPolicy[],
): readonly string[] {
  if (missing.length === 0) return [];
  const spelled = new Map<string, string>();
  for (const { policy } of involved) {
    for (const key of requiredContextKeys(policy)) {
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
