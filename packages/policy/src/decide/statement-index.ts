import type { PatternTree } from "../match/pattern-tree.ts";
import { addPattern, type GrowingTree, grownTree } from "../match/pattern-tree-builder.ts";
import { addResourcePattern, isLoose } from "../match/resource-pattern.ts";
import { ANY_TEXT } from "../match/wildcard.ts";
import type { CompiledStatement } from "./statement.ts";

/** A policy's statements by resource: each under each of its patterns; one of all but some resources under `*`. */
export type StatementIndex = PatternTree<CompiledStatement>;

export function statementIndex(statements: readonly CompiledStatement[]): StatementIndex {
  const index: GrowingTree<CompiledStatement> = new Map();
  for (const statement of statements) {
    const { resource, effect, variables } = statement;
    if (resource.match === "except") addPattern(index, [ANY_TEXT], statement);
    else {
      const loose = isLoose(resource, effect);
      for (const pattern of resource.patterns)
        addResourcePattern(index, pattern, variables, loose, statement);
    }
  }
  return grownTree(index);
}
