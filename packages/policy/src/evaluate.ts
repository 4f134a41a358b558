import { coversAction, yes } from "./action-list.ts";
import type { CompiledPolicy } from "./compile.ts";
import { holds } from "./condition.ts";
import { type Search, searchTree } from "./pattern-tree.ts";
import { BY_ITSELF, type Naming, NOT_NAMED, naming } from "./principal.ts";
import type { AuthorizationRequest, Principal } from "./request.ts";
import type { CompiledStatement } from "./statement.ts";
import type { StatementGroup } from "./statement-index.ts";

/** One request on its way through the policies. */
export interface Evaluation extends Search {
  readonly principal: Principal;
  /** In lower case. */
  readonly action: string;
  readonly resource: string;
  /** The allows of the request's resource, of the policies looked through last. */
  candidates: StatementGroup[] | undefined;
  /** The deny or the allow found last, and how it names the principal (by itself, where it need not name it). */
  statement: CompiledStatement | undefined;
  naming: Naming;
}

export function evaluationOf({ principal, action, resource, context }: AuthorizationRequest): Evaluation {
  return {
    context,
    partAt: -1,
    principal,
    action: action.toLowerCase(),
    resource,
    candidates: undefined,
    statement: undefined,
    naming: NOT_NAMED,
  };
}

/**
 * Looks through policies by the request's resource. True: a deny applies, and is in `evaluation.statement`. False:
 * `evaluation.candidates` are the allows among which `findAllow` may look.
 */
export function findDeny(policies: readonly CompiledPolicy[], evaluation: Evaluation): boolean {
  evaluation.candidates = undefined;
  for (let i = 0; i < policies.length; i++) {
    if (searchTree(policies[i]!.index, evaluation.resource, 0, evaluation, denyOrCandidate)) return true;
  }
  return false;
}

function denyOrCandidate(group: StatementGroup, evaluation: Evaluation): boolean {
  if (group.effect === "Deny") return tryGroup(group, evaluation);
  if (evaluation.candidates === undefined) evaluation.candidates = [group];
  else evaluation.candidates.push(group);
  return false;
}

/** Looks for the allow that names the principal most closely, and leaves it in `evaluation.statement`. */
export function findAllow(candidates: readonly StatementGroup[], evaluation: Evaluation): Naming {
  evaluation.statement = undefined;
  evaluation.naming = NOT_NAMED;
  for (let i = 0; i < candidates.length; i++) if (tryGroup(candidates[i]!, evaluation)) break;
  return evaluation.naming;
}

function tryGroup({ listed, byAction }: StatementGroup, evaluation: Evaluation): boolean {
  const { action } = evaluation;
  for (let i = 0; i < listed.length; i++) {
    const statement = listed[i]!;
    if (coversAction(statement.actions, action, evaluation) && tryStatement(statement, evaluation))
      return true;
  }
  return byAction !== undefined && searchTree(byAction, action, 0, evaluation, tryStatement);
}

/** True when the search is over: a deny that applies, or an allow that names the principal as closely as can be. */
function tryStatement(statement: CompiledStatement, evaluation: Evaluation): boolean {
  const found = namingBy(statement, evaluation.principal);
  if (found <= evaluation.naming || !applies(statement, evaluation)) return false;
  evaluation.statement = statement;
  evaluation.naming = found;
  return found === BY_ITSELF || statement.effect === "Deny";
}

export function namingBy(statement: CompiledStatement, principal: Principal): Naming {
  return statement.principal === undefined ? BY_ITSELF : naming(statement.principal, principal);
}

/** What the index has not decided. */
function applies({ exceptResources, clauses }: CompiledStatement, evaluation: Evaluation): boolean {
  const { resource, context } = evaluation;
  if (exceptResources !== undefined && searchTree(exceptResources, resource, 0, evaluation, yes))
    return false;
  if (clauses !== undefined) {
    for (let i = 0; i < clauses.length; i++) if (!holds(clauses[i]!, context)) return false;
  }
  return true;
}
