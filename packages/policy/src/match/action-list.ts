import type { PatternElement } from "../model/policy.ts";
import { constantGlob, parseTemplate } from "./template.ts";
import { type Glob, globOf } from "./wildcard.ts";

/** An Action ("only") or NotAction ("except") element. The patterns are in lower case. */
export interface ActionList {
  readonly match: "only" | "except";
  readonly patterns: readonly Glob[];
}

/**
 * Compiles an element. `known` holds the policy's patterns by their text, so that each is made
 * once.
 */
export function actionList(element: PatternElement, known: Map<string, Glob>): ActionList {
  const patterns = element.patterns.map((text) => {
    const pattern =
      known.get(text) ??
      constantGlob(parseTemplate(text.toLowerCase(), true, false)) ??
      globOf(new Int32Array());
    known.set(text, pattern);
    return pattern;
  });
  return { match: element.match, patterns };
}

/** Whether the element covers an action, given the patterns that match the action. */
export function coversAction(
  { match, patterns }: ActionList,
  matching: ReadonlySet<Glob>,
): boolean {
  for (const pattern of patterns) if (matching.has(pattern)) return match === "only";
  return match === "except";
}
