import { holds } from "../condition/condition.ts";
import { NOT_NAMED } from "../match/principal.ts";
import type { Decision, PolicyType, StatementReference } from "../model/decision.ts";
import type { Effect } from "../model/policy.ts";
import type { ContextValue, RequestContext } from "../model/request-context.ts";
import { authorize } from "./authorize.ts";
import type { CompiledPolicy } from "./compile.ts";
import { type Evaluation, evaluationOf, namingBy } from "./evaluate.ts";
import type { ApplicablePolicies, AuthorizationRequest } from "./request.ts";
import { coversResource } from "./statement.ts";
import { statementsByAction } from "./statements-by-action.ts";

/** A decision with its reasons. */
export interface Explanation {
  readonly decision: Decision;
  /** What the policies of each kind say by themselves, in the order of evaluation; one entry a level for service control. */
  readonly verdicts: readonly Verdict[];
  /** Every statement that applies to the request, decisive or not, in the order of evaluation. */
  readonly matched: readonly MatchedStatement[];
  /** When no policy of a kind allows: its allows that came nearest, and why they failed. */
  readonly nearMisses: readonly NearMiss[];
  /** The context keys asked for by statements of this action and resource, in lower case. */
  readonly askedKeys: readonly string[];
  /** Those of them that the request does not have. */
  readonly missingKeys: readonly string[];
}

export interface Verdict {
  readonly policyType: PolicyType;
  readonly outcome: Decision["outcome"];
}

export interface MatchedStatement extends StatementReference {
  readonly effect: Effect;
}

export interface NearMiss {
  readonly statement: StatementReference;
  readonly failed: Failure;
}

export type Failure =
  | { readonly element: "action" | "resource" | "principal" }
  | { readonly element: "condition"; readonly conditions: readonly FailedCondition[] };

export interface FailedCondition {
  /** As the document spells them. */
  readonly operator: string;
  readonly key: string;
  readonly wanted: readonly string[];
  /** Undefined: the key is not in the request. */
  readonly actual: ContextValue | undefined;
}

/** How many near misses an explanation names. */
const NEAR_MISSES = 10;

/**
 * Decides as `authorize` does, and says why. It looks at every statement, one by one: for people and simulations, not for
 * the way of a request. Never throws.
 */
export function explain(request: AuthorizationRequest): Explanation {
  const decision = authorize(request);
  const recorder = recordingContext(request.context);
  const evaluation = evaluationOf({ ...request, context: recorder.context });
  const matched: MatchedStatement[] = [];
  const verdicts: Verdict[] = [];
  const misses: NearMiss[] = [];
  for (const { policyType, policies } of inOrder(request.policies)) {
    let outcome: Decision["outcome"] = "implicitDeny";
    for (const policy of policies) {
      for (const [index, statement] of policy.statements.entries()) {
        const failed = failureOf(policy, index, evaluation);
        if (failed === undefined) {
          matched.push({ ...statement.reference, effect: statement.effect });
          if (statement.effect === "Deny") outcome = "explicitDeny";
          else if (outcome === "implicitDeny") outcome = "allowed";
        } else if (statement.effect === "Allow")
          misses.push({ statement: statement.reference, failed });
      }
    }
    verdicts.push({ policyType, outcome });
  }
  const nearMisses = decision.outcome === "implicitDeny" ? nearest(misses, decision.missing) : [];
  const { asked, missing } = recorder;
  return {
    decision,
    verdicts,
    matched,
    nearMisses,
    askedKeys: [...asked],
    missingKeys: [...missing],
  };
}

interface Gate {
  readonly policyType: PolicyType;
  readonly policies: readonly CompiledPolicy[];
}

function inOrder({
  serviceControl,
  resource,
  identity,
  boundary,
  session,
}: ApplicablePolicies): readonly Gate[] {
  const gates: Gate[] = (serviceControl ?? []).map((level) => ({
    policyType: "service control",
    policies: level,
  }));
  const add = (policyType: PolicyType, policies: readonly CompiledPolicy[] | undefined) => {
    if (policies !== undefined) gates.push({ policyType, policies });
  };
  add(resource?.[0]?.type ?? "resource-based", resource);
  add("identity-based", identity);
  add("permissions boundary", boundary);
  add("session", session);
  return gates;
}

function failureOf(
  policy: CompiledPolicy,
  index: number,
  evaluation: Evaluation,
): Failure | undefined {
  const compiled = policy.statements[index]!;
  const { condition } = policy.policy.statements[index]!;
  if (statementsByAction(policy, evaluation.action).marks[index] === 0)
    return { element: "action" };
  if (!coversResource(compiled, evaluation.resource, evaluation)) return { element: "resource" };
  if (namingBy(compiled, evaluation.principal) === NOT_NAMED) return { element: "principal" };
  const { context } = evaluation;
  // All of them, not only up to the first that fails.
  const held = (compiled.clauses ?? []).map((clause) => holds(clause, context));
  const conditions = condition
    .filter((_, at) => held[at] === false)
    .map(({ operator, key, values }) => ({
      operator,
      key,
      wanted: values,
      actual: context.get(key.toLowerCase()),
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

interface Recorder {
  readonly context: RequestContext;
  readonly asked: ReadonlySet<string>;
  readonly missing: ReadonlySet<string>;
}

function recordingContext(context: RequestContext): Recorder {
  const asked = new Set<string>();
  const missing = new Set<string>();
  const get = (key: string) => {
    asked.add(key);
    const value = valueOrNothing(context, key);
    if (value === undefined) missing.add(key);
    return value;
  };
  return { context: { get }, asked, missing };
}

function valueOrNothing(context: RequestContext, key: string): ContextValue | undefined {
  try {
    return context.get(key);
  } catch {
    // `authorize` has denied because of it; here it is a key that has no value.
    return undefined;
  }
}
