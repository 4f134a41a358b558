import type { Caller } from "@portcullis/iam/caller";
import { type Decision, explain, type NearMiss, type StatementReference } from "@portcullis/policy";
import type { Evaluation } from "../evaluation/evaluate.ts";
import { decisionDetail } from "./decision-detail.ts";
import type { DecisionLine } from "./decision-log.ts";

/**
 * The log line of an evaluation. A denial is explained, and so is an allow whose principal is
 * traced. Other allows are not: an explanation looks at every statement.
 */
export function evaluationLine(
  evaluation: Evaluation,
  caller: Pick<Caller, "account" | "userName">,
  traced = false,
): Partial<DecisionLine> & Pick<DecisionLine, "outcome"> {
  const { decision, request } = evaluation;
  const { action, resource } = request;
  const line = {
    outcome: decision.outcome,
    reason: reasonOf(decision),
    action,
    resource,
    statements: decision.statements.map(nameOf),
  };
  if (decision.outcome === "allowed" && !traced) return line;
  // An explanation would end at the same limit, after the same work.
  if (decision.outcome === "implicitDeny" && decision.exceeded !== undefined) return line;
  const explanation = explain(request);
  const { nearMisses, missingKeys } = explanation;
  return {
    ...line,
    ...(traced ? { traced } : {}),
    detail: decisionDetail(evaluation, explanation, caller),
    ...(nearMisses.length === 0 ? {} : { nearMisses: nearMisses.map(describeNearMiss) }),
    ...(missingKeys.length === 0 ? {} : { missingContext: missingKeys }),
  };
}

function reasonOf(decision: Decision): string {
  if (decision.outcome === "allowed") return "allowed";
  if (decision.outcome === "implicitDeny" && decision.exceeded !== undefined)
    return `the policies take more than the limit ${decision.exceeded}`;
  if (decision.outcome === "implicitDeny") return `no ${decision.missing} policy allows it`;
  const { deniedBy } = decision;
  return `explicit deny in ${/^[aeiou]/.test(deniedBy) ? "an" : "a"} ${deniedBy} policy`;
}

const nameOf = ({ policyId, sid, index }: StatementReference): string =>
  `${policyId}#${sid ?? index}`;

/** Names the conditions that failed, never the request's values: those may be secrets. */
function describeNearMiss({ statement, failed }: NearMiss): string {
  const name = nameOf(statement);
  if (failed.element !== "condition") return `${name}: ${failed.element}`;
  return `${name}: ${failed.conditions.map(({ operator, key }) => `${operator} ${key}`).join(", ")}`;
}
