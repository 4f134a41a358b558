import { ANY_TEXT } from "../match/code.ts";
import type { PatternTree } from "../match/pattern-tree.ts";
import { addPattern, buildTree, type PatternTreeBuilder } from "../match/pattern-tree-builder.ts";
import { addResourcePattern, isFlat } from "../match/resource-pattern.ts";
import type { CompiledStatement } from "./statement.ts";

/** A policy's statements by their resource patterns. One with NotResource is under `*`. */
export type StatementIndex = PatternTree<CompiledStatement>;

/** Builds the index of a policy's statements. */
export function statementIndex(statements: readonly CompiledStatement[]): StatementIndex {
  const builder: PatternTreeBuilder<CompiledStatement> = new Map();
  for (const statement of statements) {
    const { resource, effect, variables } = statement;
    if (resource.match === "except") addPattern(builder, [ANY_TEXT], statement);
    else {
      const flat = isFlat(resource, effect);
      for (const pattern of resource.patterns)
        addResourcePattern(builder, pattern, variables, flat, statement);
    }
  }
  return buildTree(builder);
}
