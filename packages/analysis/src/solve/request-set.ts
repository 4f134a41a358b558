import { type Predicate, predicatesOf } from "../condition/predicate.ts";
import type { Element } from "../pattern/syntactic-cover.ts";
import type { StatementModel } from "../statement/statements.ts";

/** A statement as a set of requests: the product of actions, resources and contexts. */
export interface RequestSet {
  readonly statement: StatementModel;
  readonly action: Element;
  readonly resource: Element;
  readonly predicates: readonly Predicate[];
}

/**
 * The requests that a statement applies to. Its actions become lower case, because actions are
 * compared in any case.
 */
export function requestSetOf(statement: StatementModel): RequestSet {
  const { action, resource, effect, variables } = statement;
  const patterns = action.patterns.map((pattern) =>
    pattern === "*:*" ? "*" : pattern.toLowerCase(),
  );
  return {
    statement,
    action: { match: action.match, patterns, variables: false, loose: false },
    resource: {
      ...resource,
      variables,
      loose: (effect === "Deny") === (resource.match === "only"),
    },
    predicates: predicatesOf(statement),
  };
}
