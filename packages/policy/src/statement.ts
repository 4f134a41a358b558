import { type ActionList, type ActionPattern, actionList } from "./action-list.ts";
import { type Clause, compileClause } from "./condition.ts";
import type { StatementReference } from "./decision.ts";
import type { PatternTree } from "./pattern-tree.ts";
import type { Effect, Statement } from "./policy.ts";
import { type CompiledPrincipal, compilePrincipal } from "./principal.ts";
import { resourceElementTree } from "./resource-pattern.ts";

/** A statement made ready. Its Resource element is in the policy's index. */
export interface CompiledStatement {
  readonly reference: StatementReference;
  readonly effect: Effect;
  readonly actions: ActionList;
  /** Its NotResource element. */
  readonly exceptResources: PatternTree<true> | undefined;
  /** Undefined in policies of a principal: they speak of their owner. */
  readonly principal: CompiledPrincipal | undefined;
  readonly clauses: readonly Clause[] | undefined;
}

export interface StatementOptions {
  /** The document has policy variables. */
  readonly variables: boolean;
  readonly principalIds: ReadonlyMap<string, string>;
  readonly knownActions: Map<string, ActionPattern>;
}

export function compileStatement(
  statement: Statement,
  reference: StatementReference,
  options: StatementOptions,
): CompiledStatement {
  const { effect, action, resource, principal, condition } = statement;
  const { variables, principalIds, knownActions } = options;
  return {
    reference,
    effect,
    actions: actionList(action, knownActions),
    exceptResources:
      resource?.match === "except" ? resourceElementTree(resource, effect, variables) : undefined,
    principal: principal && compilePrincipal(principal, effect, principalIds),
    clauses:
      condition.length === 0 ? undefined : condition.map((entry) => compileClause(entry, effect, variables)),
  };
}
