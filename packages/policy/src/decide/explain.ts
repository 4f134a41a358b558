import { isSatisfied } from "../condition/condition.ts";
import { NO_MATCH } from "../match/principal.ts";
import type { Decision, PolicyType, StatementReference } from "../model/decision.ts";
import { LIMITS } from "../model/limits.ts";
import type { Effect } from "../model/policy.ts";
import type { ContextValue } from "../model/request-context.ts";
import { authorize } from "./authorize.ts";
import type { CompiledPolicy } from "./compile.ts";
import { type Evaluation, matchStatementPrincipal, startEvaluation } from "./evaluate.ts";
import { recordContext } from "./recorded-context.ts";
import type { ApplicablePolicies, AuthorizationRequest } from "./request.ts";
import { coversResource } from "./statement.ts";
import { statementsByAction } from "./statements-by-action.ts";

/** A decision with its reasons. */
export interface Explanation {
  readonly decision: Decision;
  /**
   * What the policies of each kind say alone, in evaluation order; one entry for each level of
   * service control.
   */
  readonly verdicts: readonly Verdict[];
  /** Every statement that applies to the request, decisive or not, in evaluation order. */
  readonly matched: readonly MatchedStatement[];
  /**
   * If a kind of policy had to allow and did not: its closest allows, and why they do not apply.
   */
  readonly nearMisses: readonly NearMiss[];
  /** The context keys read by statements of this action and resource, in lower case. */
  readonly askedKeys: readonly string[];
  /** Those of them that the request does not have. */
  readonly missingKeys: readonly string[];
  /** The steps that the explanation took, in the unit of `LIMITS.decisionSteps`. */
  readonly steps: number;
  /** The limit that ended the explanation, if one did. Then the lists above are incomplete. */
  readonly exceeded?: keyof typeof LIMITS;
}

/** What the policies of one kind say alone. */
export interface Verdict {
  readonly policyType: PolicyType;
  readonly outcome: Decision["outcome"];
}

/** A statement that applies to the request. */
export interface MatchedStatement extends StatementReference {
  readonly effect: Effect;
}

/** An allow that does not apply to the request. */
export interface NearMiss {
  readonly statement: StatementReference;
  readonly failed: Failure;
}

/**
 * The first element of a statement that does not match; for conditions, all that are not satisfied.
 */
export type Failure =
  | { readonly element: "action" | "resource" | "principal" }
  | { readonly element: "condition"; readonly conditions: readonly FailedCondition[] };

/** A condition that is not satisfied. */
export interface FailedCondition {
  /** As the document spells it. */
  readonly operator: string;
  /** As the document spells it. */
  readonly key: string;
  readonly wanted: readonly string[];
  /** Undefined: the key is not in the request. */
  readonly actual: ContextValue | undefined;
}

const NEAR_MISSES = 10;

/**
 * Decides as `authorize` does, and explains the decision. Evaluates every statement, up to
 * `LIMITS.decisionSteps`: for people and simulations, not for each request. Never throws.
 */
export function explain(request: AuthorizationRequest): Explanation {
  const decision = authorize(request);
  const { context, asked, missing } = recordContext(request.context);
  const evaluation = startEvaluation({ ...request, context });
  const findings: Findings = { verdicts: [], matched: [], misses: [] };
  try {
    for (const group of groupsOf(request.policies)) evaluateGroup(group, evaluation, findings);
  } catch (error) {
    if (evaluation.stepsLeft >= 0) throw error;
  }
  const { verdicts, matched, misses } = findings;
  const explanation = {
    decision,
    verdicts,
    matched,
    nearMisses: decision.outcome === "implicitDeny" ? nearest(misses, decision.missing) : [],
    askedKeys: [...asked],
    missingKeys: [...missing],
    steps: LIMITS.decisionSteps - evaluation.stepsLeft,
  };
  return evaluation.stepsLeft < 0 ? { ...explanation, exceeded: "decisionSteps" } : explanation;
}

interface Findings {
  readonly verdicts: Verdict[];
  readonly matched: MatchedStatement[];
  readonly misses: NearMiss[];
}

/** Policies of one kind, of which any may allow. */
interface PolicyGroup {
  readonly policyType: PolicyType;
  readonly policies: readonly CompiledPolicy[];
}

function groupsOf({
  serviceControl,
  resource,
  identity,
  boundary,
  session,
}: ApplicablePolicies): readonly PolicyGroup[] {
  const groups: PolicyGroup[] = (serviceControl ?? []).map((level) => ({
    policyType: "service control",
    policies: level,
  }));
  const add = (policyType: PolicyType, policies: readonly CompiledPolicy[] | undefined) => {
    if (policies !== undefined) groups.push({ policyType, policies });
  };
  add(resource?.[0]?.type ?? "resource-based", resource);
  add("identity-based", identity);
  add("permissions boundary", boundary);
  add("session", session);
  return groups;
}

function evaluateGroup(
  { policyType, policies }: PolicyGroup,
  evaluation: Evaluation,
  { verdicts, matched, misses }: Findings,
): void {
  let outcome: Decision["outcome"] = "implicitDeny";
  for (const policy of policies) {
    for (const [index, { effect, reference }] of policy.statements.entries()) {
      const failed = failureOf(policy, index, evaluation);
      if (failed === undefined) {
        matched.push({ ...reference, effect });
        if (effect === "Deny") outcome = "explicitDeny";
        else if (outcome === "implicitDeny") outcome = "allowed";
      } else if (effect === "Allow") misses.push({ statement: reference, failed });
    }
  }
  verdicts.push({ policyType, outcome });
}

function failureOf(
  policy: CompiledPolicy,
  index: number,
  evaluation: Evaluation,
): Failure | undefined {
  const compiled = policy.statements[index]!;
  const { condition } = policy.policy.statements[index]!;
  const { marks } = statementsByAction(policy, evaluation.action, evaluation);
  if (marks[index] === 0) return { element: "action" };
  if (!coversResource(compiled, evaluation.resource, evaluation)) return { element: "resource" };
  if (matchStatementPrincipal(compiled, evaluation.principal) === NO_MATCH)
    return { element: "principal" };
  // All of them, not only up to the first that fails.
  const satisfied = (compiled.clauses ?? []).map((clause) => isSatisfied(clause, evaluation));
  const conditions = condition
    .filter((_, at) => satisfied[at] === false)
    .map(({ operator, key, values }) => ({
      operator,
      key,
      wanted: values,
      actual: evaluation.context.get(key.toLowerCase()),
    }));
  return conditions.length === 0 ? undefined : { element: "condition", conditions };
}

const CLOSENESS: readonly Failure["element"][] = ["action", "resource", "principal", "condition"];

function nearest(misses: readonly NearMiss[], missing: PolicyType): readonly NearMiss[] {
  const closeness = ({ failed }: NearMiss) => CLOSENESS.indexOf(failed.element);
  const ofKind = misses.filter(({ statement }) => statement.policyType === missing);
  const closest = ofKind.reduce((most, miss) => Math.max(most, closeness(miss)), 0);
  return ofKind.filter((miss) => closeness(miss) === closest).slice(0, NEAR_MISSES);
}
