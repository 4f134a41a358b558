import type { PatternElement } from "../model/policy.ts";
import { constantGlob, parseTemplate } from "./template.ts";
import { type Glob, globOf } from "./wildcard.ts";

/** An Action or NotAction element. Its patterns are in lower case, as the actions are to be that they are compared with. */
export interface ActionList {
  readonly match: "only" | "except";
  readonly patterns: readonly Glob[];
}

/** `known` holds the different patterns of a policy, by how they are spelled. */
export function actionList(element: PatternElement, known: Map<string, Glob>): ActionList {
  const patterns = element.patterns.map((text) => {
    const pattern =
      known.get(text) ?? constantGlob(parseTemplate(text.toLowerCase(), true, false)) ?? globOf([]);
    known.set(text, pattern);
    return pattern;
  });
  return { match: element.match, patterns };
}

/** Whether the element speaks of an action, given the patterns that match the action. */
export function coversAction(
  { match, patterns }: ActionList,
  matching: ReadonlySet<Glob>,
): boolean {
  for (const pattern of patterns) if (matching.has(pattern)) return match === "only";
  return match === "except";
}
