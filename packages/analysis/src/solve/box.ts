import { type Predicate, predicatesOf } from "../condition/predicate.ts";
import type { Element } from "../pattern/quick.ts";
import type { StatementModel } from "../statement/statements.ts";

/** A statement as a set of requests: actions times resources times contexts. */
export interface Box {
  readonly statement: StatementModel;
  readonly action: Element;
  readonly resource: Element;
  readonly predicates: readonly Predicate[];
}

export function boxOf(statement: StatementModel): Box {
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
