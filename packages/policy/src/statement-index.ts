import { addAction, FEW } from "./action-list.ts";
import { addPattern, type PatternTree, patternTree } from "./pattern-tree.ts";
import type { Effect, Statement } from "./policy.ts";
import { addResourcePattern, isLoose } from "./resource-pattern.ts";
import type { CompiledStatement } from "./statement.ts";
import { ANY_TEXT } from "./wildcard.ts";

/** A policy's statements: by resource, and where many share a resource pattern, by action within it. */
export type StatementIndex = PatternTree<StatementGroup>;

/** The statements of one effect that share a resource pattern. */
export interface StatementGroup {
  readonly effect: Effect;
  /** Those whose actions are to be asked one by one. */
  listed: CompiledStatement[];
  /** The others, by action; undefined when there are none. */
  byAction: PatternTree<CompiledStatement> | undefined;
}

export interface IndexBuilder {
  readonly index: StatementIndex;
  /** The groups by their resource pattern. */
  readonly groups: Readonly<Record<Effect, Map<string, StatementGroup>>>;
}

export function indexBuilder(): IndexBuilder {
  return { index: patternTree(), groups: { Allow: new Map(), Deny: new Map() } };
}

/** Files a statement under each of its resources; one of any resource, or of all but some, under `*`. */
export function addStatement(
  { index, groups }: IndexBuilder,
  { resource, effect }: Statement,
  compiled: CompiledStatement,
  variables: boolean,
): void {
  for (const pattern of resource?.match === "only" ? resource.patterns : ["*"]) {
    let group = groups[effect].get(pattern);
    if (group === undefined) {
      group = { effect, listed: [], byAction: undefined };
      groups[effect].set(pattern, group);
      if (resource === undefined || pattern === "*") addPattern(index, [ANY_TEXT], group);
      else addResourcePattern(index, pattern, variables, isLoose(resource, effect), group);
    }
    group.listed.push(compiled);
  }
}

/**
 * Indexes large groups by action. INVARIANT: compiling is linear; a statement with many actions stays listed, or its
 * actions times its resources would be indexed.
 */
export function finishIndex({ index, groups }: IndexBuilder): StatementIndex {
  for (const group of [...groups.Allow.values(), ...groups.Deny.values()]) {
    if (group.listed.length <= FEW) continue;
    const tree = patternTree<CompiledStatement>();
    const few = ({ actions }: CompiledStatement) => actions.match === "only" && actions.tree === undefined;
    for (const statement of group.listed.filter(few)) {
      for (const pattern of statement.actions.patterns) addAction(tree, pattern, statement);
    }
    group.byAction = tree;
    group.listed = group.listed.filter((statement) => !few(statement));
  }
  return index;
}
