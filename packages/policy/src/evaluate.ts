import { resourceStart } from "./arn.ts";
import type { ActionBucket, CompiledPolicy, CompiledStatement, Listed } from "./compile.ts";
import { holds } from "./condition.ts";
import { type PatternTree, searchTree } from "./pattern-tree.ts";
import { BY_ITSELF, type Naming, NOT_NAMED, naming } from "./principal.ts";
import type { AuthorizationRequest, Principal } from "./request.ts";
import { type ResourceSearch, type ResourceTree, searchResources } from "./resource-tree.ts";

/** One request on its way through the policies. */
export interface Evaluation extends ResourceSearch {
  readonly principal: Principal;
  /** In lower case. */
  readonly action: string;
  /** The statement found last, and how it names the principal (as closely as any can, where it need not name it). */
  statement: CompiledStatement | undefined;
  naming: Naming;
}

export function evaluationOf(request: AuthorizationRequest): Evaluation {
  const { principal, action, resource, context } = request;
  return {
    context,
    principal,
    action: action.toLowerCase(),
    resource,
    separatorsEnd: resourceStart(resource),
    statement: undefined,
    naming: NOT_NAMED,
  };
}

/** Looks for a deny that applies, and leaves it in `evaluation.statement`. */
export function findDeny(policies: readonly CompiledPolicy[] | undefined, evaluation: Evaluation): boolean {
  return policies !== undefined && find(policies, "denies", evaluation) !== NOT_NAMED;
}

/** Looks for the allow that names the principal most closely, and leaves it in `evaluation.statement`. */
export function findAllow(policies: readonly CompiledPolicy[], evaluation: Evaluation): Naming {
  return find(policies, "allows", evaluation);
}

function find(
  policies: readonly CompiledPolicy[],
  side: "allows" | "denies",
  evaluation: Evaluation,
): Naming {
  evaluation.statement = undefined;
  evaluation.naming = NOT_NAMED;
  for (let i = 0; i < policies.length; i++) {
    const index = policies[i]![side];
    if (index !== undefined && searchTree(index, evaluation.action, 0, evaluation, tryBucket)) break;
  }
  return evaluation.naming;
}

function tryBucket(bucket: ActionBucket, evaluation: Evaluation): boolean {
  const { anywhere, resources } = bucket;
  for (let i = 0; i < anywhere.length; i++) if (tryStatement(anywhere[i]!, evaluation)) return true;
  return resources !== undefined && searchResources(resources, evaluation, tryStatement);
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

/** What the index has not decided: the lists left to the statement, and its conditions. */
function applies(statement: CompiledStatement, evaluation: Evaluation): boolean {
  const { actions, resources, clauses } = statement;
  if (actions !== undefined && !coversAction(actions, evaluation)) return false;
  if (resources !== undefined && !coversResource(resources, evaluation)) return false;
  if (clauses !== undefined) {
    for (let i = 0; i < clauses.length; i++) if (!holds(clauses[i]!, evaluation.context)) return false;
  }
  return true;
}

export function coversAction({ match, tree }: Listed<PatternTree<true>>, evaluation: Evaluation): boolean {
  return searchTree(tree, evaluation.action, 0, evaluation, always) === (match === "only");
}

export function coversResource({ match, tree }: Listed<ResourceTree<true>>, evaluation: Evaluation): boolean {
  return searchResources(tree, evaluation, always) === (match === "only");
}

function always(): boolean {
  return true;
}
