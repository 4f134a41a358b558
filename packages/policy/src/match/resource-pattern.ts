import { resourceStart } from "../model/arn.ts";
import type { Effect, PatternElement } from "../model/policy.ts";
import type { PatternTree } from "./pattern-tree.ts";
import {
  addArnPattern,
  addFlatPattern,
  addPattern,
  type GrowingTree,
  grownTree,
  skipRest,
} from "./pattern-tree-builder.ts";
import { parseTemplate } from "./template.ts";

/**
 * Adds a Resource pattern to a tree that is searched with resources.
 *
 * A pattern's first five colons separate the parts of an ARN and stand for the resource's first five: a resource part
 * that holds colons (a path such as `10:00/DELETE`) must not pass for other parts. IAM UG/
 * reference_policies_elements_resource lets a `*` at the end of a part go beyond it; here it does where the pattern has
 * fewer than six parts. Where a match takes rights away the pattern is `loose`, flat text, and so finds all that AWS
 * might take for a match.
 */
export function addResourcePattern<V>(
  tree: GrowingTree<V>,
  text: string,
  variables: boolean,
  loose: boolean,
  value: V,
): void {
  const partAt = resourceStart(text);
  const head = partAt === 0 ? text : text.slice(0, partAt);
  // IAM UG/reference_policies_variables: variables stand only after the fifth colon.
  const pattern = parseTemplate(text, true, variables && partAt > 0, partAt);
  // A star that ends the whole pattern needs no separators.
  if (!/\?|\*(?!$)/.test(head)) addPattern(tree, pattern, value);
  else if (partAt > 0 && !TAKES_LESS.test(head)) {
    const stretches = head.split("*:");
    const last = stretches.pop() ?? "";
    const behind = stretches.reduce((at, stretch) => skipRest(at, stretch), tree);
    addPattern(
      behind,
      parseTemplate(text.slice(partAt - last.length), true, variables, last.length),
      value,
    );
    if (loose) addFlatPattern(tree, pattern, value);
  } else if (loose) addPattern(tree, pattern, value);
  else addArnPattern(tree, pattern, value);
}

/** Of an ARN's head: a wildcard that is no `*` which takes the rest of its part. */
const TAKES_LESS = /\?|\*(?!:)/;

/** Whether matches of a Resource (NotResource) element take rights away. */
export function isLoose(element: PatternElement, effect: Effect): boolean {
  return (effect === "Deny") === (element.match === "only");
}

export function resourceElementTree(
  element: PatternElement,
  effect: Effect,
  variables: boolean,
): PatternTree<true> {
  const tree: GrowingTree<true> = new Map();
  const loose = isLoose(element, effect);
  for (const pattern of element.patterns) addResourcePattern(tree, pattern, variables, loose, true);
  return grownTree(tree);
}
