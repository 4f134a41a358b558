import { type Clause, compileClause } from "../condition/condition.ts";
import { type ActionList, actionList } from "../match/action-list.ts";
import { acceptAny, type PatternTree, type Search, searchTree } from "../match/pattern-tree.ts";
import { type CompiledPrincipal, compilePrincipal } from "../match/principal.ts";
import { resourceElementTree } from "../match/resource-pattern.ts";
import type { Glob } from "../match/wildcard.ts";
import type { StatementReference } from "../model/decision.ts";
import type { Effect, PatternElement, Statement } from "../model/policy.ts";

/** A statement, ready for evaluation. */
export interface CompiledStatement {
  readonly reference: StatementReference;
  readonly effect: Effect;
  readonly actions: ActionList;
  /** Its Resource or NotResource element. */
  readonly resource: PatternElement;
  /** The element as a tree, built when a request first needs it. */
  resourceTree: PatternTree<true> | undefined;
  /** The document's version has policy variables. */
  readonly variables: boolean;
  /** Undefined in policies of a principal, which apply to their owner. */
  readonly principal: CompiledPrincipal | undefined;
  readonly clauses: readonly Clause[] | undefined;
}

/** What the statements of a policy have in common. */
export interface StatementOptions {
  /** The document's version has policy variables. */
  readonly variables: boolean;
  /** See `CompileOptions`. */
  readonly principalIds: ReadonlyMap<string, string>;
  /** The policy's action patterns by their text. */
  readonly knownActions: Map<string, Glob>;
}

/** Compiles a statement, in time linear in its length. */
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
    resourceTree: undefined,
    variables,
    principal: principal && compilePrincipal(principal, effect, principalIds),
    clauses:
      condition.length === 0
        ? undefined
        : condition.map((entry) => compileClause(entry, effect, variables)),
  };
}

/** A trust policy has no Resource element: its resource is the role that has it. */
const EVERYTHING: PatternElement = { match: "only", patterns: ["*"] };

/** Whether the statement's Resource or NotResource element covers a resource. */
export function coversResource(
  statement: CompiledStatement,
  resource: string,
  search: Search,
): boolean {
  const matches = searchTree(resourceTreeOf(statement), resource, 0, search, acceptAny);
  return matches === (statement.resource.match === "only");
}

/** The tree of a statement's resource patterns, built at the first call. */
export function resourceTreeOf(statement: CompiledStatement): PatternTree<true> {
  const { resource, effect, variables } = statement;
  statement.resourceTree ??= resourceElementTree(resource, effect, variables);
  return statement.resourceTree;
}
