import { type Clause, compileClause } from "../condition/condition.ts";
import { type ActionList, actionList } from "../match/action-list.ts";
import { type PatternTree, type Search, searchTree, yes } from "../match/pattern-tree.ts";
import { type CompiledPrincipal, compilePrincipal } from "../match/principal.ts";
import { resourceElementTree } from "../match/resource-pattern.ts";
import type { Glob } from "../match/wildcard.ts";
import type { StatementReference } from "../model/decision.ts";
import type { Effect, PatternElement, Statement } from "../model/policy.ts";

/** A statement made ready. */
export interface CompiledStatement {
  readonly reference: StatementReference;
  readonly effect: Effect;
  readonly actions: ActionList;
  /** Its Resource or NotResource element. */
  readonly resource: PatternElement;
  /** The same as a tree, from when a request first needs it. */
  resources: PatternTree<true> | undefined;
  readonly variables: boolean;
  /** Undefined in policies of a principal: they speak of their owner. */
  readonly principal: CompiledPrincipal | undefined;
  readonly clauses: readonly Clause[] | undefined;
}

export interface StatementOptions {
  /** The document has policy variables. */
  readonly variables: boolean;
  readonly principalIds: ReadonlyMap<string, string>;
  readonly knownActions: Map<string, Glob>;
}

export function compileStatement(
  statement: Statement,
  reference: StatementReference,
  options: StatementOptions,
): CompiledStatement {
  const { effect, action, resource = EVERYTHING, principal, condition } = statement;
  const { variables, principalIds, knownActions } = options;
  return {
    reference,
    effect,
    actions: actionList(action, knownActions),
    resource,
    resources: undefined,
    variables,
    principal: principal && compilePrincipal(principal, effect, principalIds),
    clauses:
      condition.length === 0
        ? undefined
        : condition.map((entry) => compileClause(entry, effect, variables)),
  };
}

/** In policies that are a resource's own, or a role's, statements need not name it. */
const EVERYTHING: PatternElement = { match: "only", patterns: ["*"] };

/** Whether the statement's Resource or NotResource element speaks of the searched resource. */
export function coversResource(
  statement: CompiledStatement,
  resource: string,
  search: Search,
): boolean {
  return (
    searchTree(resourcesOf(statement), resource, 0, search, yes) ===
    (statement.resource.match === "only")
  );
}

export function resourcesOf(statement: CompiledStatement): PatternTree<true> {
  const { resource, effect, variables } = statement;
  statement.resources ??= resourceElementTree(resource, effect, variables);
  return statement.resources;
}
