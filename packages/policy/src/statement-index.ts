import { addPattern, type GrowingTree, grownTree } from "./growing-tree.ts";
import type { PatternTree } from "./pattern-tree.ts";
import { addResourcePattern, isLoose } from "./resource-pattern.ts";
import type { CompiledStatement } from "./statement.ts";
import { ANY_TEXT } from "./wildcard.ts";

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
