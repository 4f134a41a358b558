import { resourceStart } from "../model/arn.ts";
import type { Effect, PatternElement } from "../model/policy.ts";
import type { PatternTree } from "./pattern-tree.ts";
import {
  addArnPattern,
  addFlatPattern,
  addPattern,
  afterNextColon,
  buildTree,
  type PatternTreeBuilder,
} from "./pattern-tree-builder.ts";
import { parseTemplate } from "./template.ts";

/**
 * Adds a Resource pattern to a tree that is searched for resources.
 *
 * A pattern's first five colons separate the parts of an ARN and match the resource's first five
 * only: a resource part that contains colons (a path such as `10:00/DELETE`) must not match other
 * parts. IAM UG/reference_policies_elements_resource lets a `*` at the end of a part match beyond
 * it; here it does only if the pattern has fewer than six parts. If a match removes permissions,
 * the pattern is `flat`: plain text, which matches everything that AWS might consider a match.
 */
export function addResourcePattern<V>(
  builder: PatternTreeBuilder<V>,
  text: string,
  variables: boolean,
  flat: boolean,
  value: V,
): void {
  const offset = resourceStart(text);
  const head = offset === 0 ? text : text.slice(0, offset);
  // IAM UG/reference_policies_variables: variables are allowed after the fifth colon only.
  const pattern = parseTemplate(text, true, variables && offset > 0, offset);
  // A `*` at the end of the whole pattern needs no separators.
  if (!/\?|\*(?!$)/.test(head)) addPattern(builder, pattern, value);
  else if (offset > 0 && !MATCHES_LESS_THAN_REST.test(head)) {
    const literals = head.split("*:");
    const last = literals.pop() ?? "";
    addPattern(
      literals.reduce((at, literal) => afterNextColon(at, literal), builder),
      parseTemplate(text.slice(offset - last.length), true, variables, last.length),
      value,
    );
    if (flat) addFlatPattern(builder, pattern, value);
  } else if (flat) addPattern(builder, pattern, value);
  else addArnPattern(builder, pattern, value);
}

/** A wildcard in an ARN's head, except a `*` that matches the rest of its part. */
const MATCHES_LESS_THAN_REST = /\?|\*(?!:)/;

/**
 * Whether a match of a Resource (NotResource) element removes permissions, so that patterns are
 * flat text.
 */
export function isFlat(element: PatternElement, effect: Effect): boolean {
  return (effect === "Deny") === (element.match === "only");
}

/** The tree of one Resource or NotResource element. */
export function resourceElementTree(
  element: PatternElement,
  effect: Effect,
  variables: boolean,
): PatternTree<true> {
  const builder: PatternTreeBuilder<true> = new Map();
  const flat = isFlat(element, effect);
  for (const pattern of element.patterns)
    addResourcePattern(builder, pattern, variables, flat, true);
  return buildTree(builder);
}
