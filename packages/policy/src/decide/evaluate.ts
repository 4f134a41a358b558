import { holds } from "../condition/condition.ts";
import { matchesEndings, type Search, searchTree } from "../match/pattern-tree.ts";
import { BY_ITSELF, type Naming, NOT_NAMED, naming } from "../match/principal.ts";
import type { Principal } from "../model/request-context.ts";
import type { CompiledPolicy } from "./compile.ts";
import type { AuthorizationRequest } from "./request.ts";
import { type CompiledStatement, coversResource } from "./statement.ts";
import { statementIndex } from "./statement-index.ts";
import { statementsByAction } from "./statements-by-action.ts";

/** One request on its way through the policies. */
export interface Evaluation extends Search {
  readonly principal: Principal;
  readonly action: string;
  readonly resource: string;
  /** Which statements of the policy that is looked through speak of the action. */
  marks: Uint8Array;
  /** The first deny that was found to apply. */
  deny: CompiledStatement | undefined;
  /** Of the policies looked through last, the allow that names the principal most closely. */
  allow: CompiledStatement | undefined;
  /** How it does (by itself, where it need not name it). */
  naming: Naming;
}

export function evaluationOf({
  principal,
  action,
  resource,
  context,
}: AuthorizationRequest): Evaluation {
  return {
    context,
    partAt: -1,
    principal,
    action,
    resource,
    marks: NO_MARKS,
    deny: undefined,
    allow: undefined,
    naming: NOT_NAMED,
  };
}

const NO_MARKS = new Uint8Array();

/**
 * The allow among some policies that names the principal most closely; how it does is in `evaluation.naming`. A deny
 * that applies is left in `evaluation.deny`, and then nothing more is looked for, here or later.
 */
export function findAllow(
  policies: readonly CompiledPolicy[] | undefined,
  evaluation: Evaluation,
): CompiledStatement | undefined {
  evaluation.allow = undefined;
  evaluation.naming = NOT_NAMED;
  if (policies === undefined || evaluation.deny !== undefined) return undefined;
  for (let i = 0; i < policies.length && evaluation.deny === undefined; i++)
    tryPolicy(policies[i]!, evaluation);
  return evaluation.allow;
}

function tryPolicy(policy: CompiledPolicy, evaluation: Evaluation): void {
  const { smallSet, marks } = statementsByAction(policy, evaluation.action);
  if (smallSet === undefined) {
    evaluation.marks = marks;
    policy.index ??= statementIndex(policy.statements);
    searchTree(policy.index, evaluation.resource, 0, evaluation, tryFound);
    return;
  }
  const { resource } = evaluation;
  const { candidates, firstDifference } = smallSet;
  const code = resource.charCodeAt(firstDifference);
  for (let i = 0; i < candidates.length; i++) {
    const { statement, effect, endings, codeAtDifference } = candidates[i]!;
    if (codeAtDifference !== code && codeAtDifference >= 0) continue;
    if (effect === "Allow" && evaluation.naming === BY_ITSELF) continue;
    if (endings !== undefined && !matchesEndings(endings, resource, evaluation)) continue;
    if (tryListed(statement, evaluation)) return;
  }
}

/** A statement of the request's resource that the index found. True when the search is over. */
function tryFound(statement: CompiledStatement, evaluation: Evaluation): boolean {
  if (evaluation.marks[statement.reference.index] === 0) return false;
  if (statement.effect === "Allow" && evaluation.naming === BY_ITSELF) return false;
  return tryListed(statement, evaluation);
}

/** A statement of the request's action, and of its resource unless it has a NotResource element. */
function tryListed(statement: CompiledStatement, evaluation: Evaluation): boolean {
  const excepts = statement.resource.match === "except";
  return (
    (!excepts || coversResource(statement, evaluation.resource, evaluation)) &&
    tryStatement(statement, evaluation)
  );
}

/** True when it is a deny, and applies. */
function tryStatement(statement: CompiledStatement, evaluation: Evaluation): boolean {
  const found = namingBy(statement, evaluation.principal);
  if (statement.effect === "Deny") {
    if (found === NOT_NAMED || !meetsConditions(statement, evaluation)) return false;
    evaluation.deny = statement;
    return true;
  }
  if (found > evaluation.naming && meetsConditions(statement, evaluation)) {
    evaluation.allow = statement;
    evaluation.naming = found;
  }
  return false;
}

export function namingBy(statement: CompiledStatement, principal: Principal): Naming {
  return statement.principal === undefined ? BY_ITSELF : naming(statement.principal, principal);
}

function meetsConditions({ clauses }: CompiledStatement, { context }: Evaluation): boolean {
  if (clauses !== undefined) {
    for (let i = 0; i < clauses.length; i++) if (!holds(clauses[i]!, context)) return false;
  }
  return true;
}
