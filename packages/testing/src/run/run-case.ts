import type { Evaluation } from "@portcullis/authorizer/evaluate";
import { type Explanation, explain } from "@portcullis/policy";
import { decide, type World } from "../request/world.ts";
import { decisiveOf, policyName, reasonText, statementName } from "../words/explanation-text.ts";
import type { Case } from "./cases.ts";

export interface CaseResult extends Case {
  /** Undefined: it passed. */
  readonly failure?: string | undefined;
  readonly explanations: readonly Explanation[];
  readonly action: string;
}

/** @throws {InputFault} if the case names what is not there */
export function runCase(world: World, test: Case, now: Date): CaseResult {
  const evaluations = decide(world, test.principal, test.request, test.circumstances, now);
  const explanations = evaluations.map(({ request }) => explain(request));
  const decisive =
    evaluations.find(({ decision }) => decision.outcome !== "allowed") ?? evaluations[0];
  const at = evaluations.indexOf(decisive);
  const failure = verdictFault(test, decisive, explanations[at]) ?? statementFault(test, decisive);
  return { ...test, failure, explanations, action: evaluations[0].request.action };
}

function verdictFault(
  { expect }: Case,
  { decision }: Evaluation,
  explanation: Explanation | undefined,
): string | undefined {
  const { outcome } = decision;
  const holds = expect === outcome || (expect === "denied" && outcome !== "allowed");
  if (holds || explanation === undefined) return undefined;
  return `expected ${expect}, got ${outcome}: ${reasonText(explanation)}`;
}

function statementFault({ statement }: Case, { decision }: Evaluation): string | undefined {
  if (statement === undefined) return undefined;
  const decisive = decisiveOf(decision);
  const [policy, name = ""] = statement.includes("#")
    ? statement.split("#", 2)
    : [undefined, statement];
  const isNamed = decisive.some(
    (one) =>
      (policy === undefined || policyName(one) === policy || one.policyId === policy) &&
      (one.sid === name || (policy !== undefined && String(one.index) === name)),
  );
  if (isNamed) return undefined;
  const found = decisive.length === 0 ? "no statement" : decisive.map(statementName).join(" and ");
  return `expected statement ${statement} to decide, but ${found} did`;
}
