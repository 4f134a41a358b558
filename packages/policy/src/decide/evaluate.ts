import { isSatisfied } from "../condition/condition.ts";
import { matchesEntry, type Search, searchTree } from "../match/pattern-tree.ts";
import { CALLER_MATCH, matchPrincipal, NO_MATCH, type PrincipalMatch } from "../match/principal.ts";
import { LIMITS } from "../model/limits.ts";
import type { Principal } from "../model/request-context.ts";
import type { CompiledPolicy } from "./compile.ts";
import type { AuthorizationRequest } from "./request.ts";
import { type CompiledStatement, coversResource } from "./statement.ts";
import { statementIndex } from "./statement-index.ts";
import { statementsByAction } from "./statements-by-action.ts";

/** The state of one evaluation. */
export interface Evaluation extends Search {
  readonly principal: Principal;
  readonly action: string;
  readonly resource: string;
  /** Which statements of the current policy cover the action. */
  marks: Uint8Array;
  /** The first deny that applies. */
  deny: CompiledStatement | undefined;
  /** Of the policies evaluated last, the allow that names the principal most closely. */
  allow: CompiledStatement | undefined;
  /** How that allow names it. `CALLER_MATCH` if its policy has no principals. */
  principalMatch: PrincipalMatch;
}

/** The state at the start of an evaluation, with all its steps left. */
export function startEvaluation({
  principal,
  action,
  resource,
  context,
}: AuthorizationRequest): Evaluation {
  return {
    context,
    stepsLeft: LIMITS.decisionSteps,
    resourceOffset: -1,
    principal,
    action,
    resource,
    marks: NO_MARKS,
    deny: undefined,
    allow: undefined,
    principalMatch: NO_MATCH,
  };
}

const NO_MARKS = new Uint8Array();

/**
 * The allow that names the principal most closely, among some policies; `evaluation.principalMatch`
 * says how. If a deny applies, it is in `evaluation.deny`, and this and later calls search no
 * further.
 *
 * @throws {RangeError} if it takes more steps than are left
 */
export function findAllow(
  policies: readonly CompiledPolicy[] | undefined,
  evaluation: Evaluation,
): CompiledStatement | undefined {
  evaluation.allow = undefined;
  evaluation.principalMatch = NO_MATCH;
  if (policies === undefined || evaluation.deny !== undefined) return undefined;
  for (let i = 0; i < policies.length && evaluation.deny === undefined; i++)
    evaluatePolicy(policies[i]!, evaluation);
  return evaluation.allow;
}

function evaluatePolicy(policy: CompiledPolicy, evaluation: Evaluation): void {
  const { smallSet, marks } = statementsByAction(policy, evaluation.action, evaluation);
  if (smallSet === undefined) {
    evaluation.marks = marks;
    policy.index ??= statementIndex(policy.statements);
    searchTree(policy.index, evaluation.resource, 0, evaluation, evaluateIndexed);
    return;
  }
  const { resource } = evaluation;
  const { candidates, firstDifference } = smallSet;
  const code = resource.charCodeAt(firstDifference);
  for (let i = 0; i < candidates.length; i++) {
    const { statement, effect, entry, codeAtDifference } = candidates[i]!;
    if (codeAtDifference !== code && codeAtDifference >= 0) continue;
    if (effect === "Allow" && evaluation.principalMatch === CALLER_MATCH) continue;
    if (entry !== undefined && !matchesEntry(entry, resource, evaluation)) continue;
    if (evaluateMatching(statement, evaluation)) return;
  }
}

/** Evaluates a statement that the index found for the resource. True ends the search. */
function evaluateIndexed(statement: CompiledStatement, evaluation: Evaluation): boolean {
  if (evaluation.marks[statement.reference.index] === 0) return false;
  if (statement.effect === "Allow" && evaluation.principalMatch === CALLER_MATCH) return false;
  return evaluateMatching(statement, evaluation);
}

/** Evaluates a statement that covers the action and, unless it has NotResource, the resource. */
function evaluateMatching(statement: CompiledStatement, evaluation: Evaluation): boolean {
  const excepts = statement.resource.match === "except";
  return (
    (!excepts || coversResource(statement, evaluation.resource, evaluation)) &&
    evaluateStatement(statement, evaluation)
  );
}

/** True if the statement is a deny that applies. */
function evaluateStatement(statement: CompiledStatement, evaluation: Evaluation): boolean {
  const match = matchStatementPrincipal(statement, evaluation.principal);
  if (statement.effect === "Deny") {
    if (match === NO_MATCH || !meetsConditions(statement, evaluation)) return false;
    evaluation.deny = statement;
    return true;
  }
  if (match > evaluation.principalMatch && meetsConditions(statement, evaluation)) {
    evaluation.allow = statement;
    evaluation.principalMatch = match;
  }
  return false;
}

/**
 * How a statement names the principal. Policies of a principal name none: they apply to their
 * owner.
 */
export function matchStatementPrincipal(
  statement: CompiledStatement,
  principal: Principal,
): PrincipalMatch {
  return statement.principal === undefined
    ? CALLER_MATCH
    : matchPrincipal(statement.principal, principal);
}

function meetsConditions({ clauses }: CompiledStatement, evaluation: Evaluation): boolean {
  if (clauses !== undefined) {
    for (let i = 0; i < clauses.length; i++)
      if (!isSatisfied(clauses[i]!, evaluation)) return false;
  }
  return true;
}
