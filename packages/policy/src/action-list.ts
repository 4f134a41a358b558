import { addPattern, type PatternTree, patternTree, type Search, searchTree } from "./pattern-tree.ts";
import type { PatternElement } from "./policy.ts";
import { constantGlob, parseTemplate } from "./template.ts";
import { ANY_TEXT, type Glob, globOf, matchesGlob } from "./wildcard.ts";

/** An Action or NotAction element. Actions are compared in lower case. */
export interface ActionList {
  readonly match: "only" | "except";
  readonly patterns: readonly ActionPattern[];
  /** The same patterns, where there are so many that a search beats trying each. */
  readonly tree: PatternTree<true> | undefined;
}

export interface ActionPattern {
  readonly text: string;
  readonly beginning: string;
  /** What may follow. */
  readonly rest: "nothing" | "anything" | Glob;
}

/** Up to this many, patterns are tried one by one. */
export const FEW = 8;

/** `known` shares equal patterns among the statements of a policy. */
export function actionList(element: PatternElement, known: Map<string, ActionPattern>): ActionList {
  const patterns = element.patterns.map((text) => {
    const lower = text.toLowerCase();
    const pattern = known.get(lower) ?? actionPattern(lower);
    known.set(lower, pattern);
    return pattern;
  });
  const tree = patterns.length > FEW ? patternTree<true>() : undefined;
  if (tree !== undefined) for (const pattern of patterns) addAction(tree, pattern, true);
  return { match: element.match, patterns, tree };
}

function actionPattern(text: string): ActionPattern {
  const template = parseTemplate(text, true, false);
  const [first] = template;
  const beginning = typeof first === "string" ? first : "";
  const rest = beginning === "" ? template : template.slice(1);
  if (rest.length === 0) return { text, beginning, rest: "nothing" };
  if (rest.length === 1 && rest[0] === ANY_TEXT) return { text, beginning, rest: "anything" };
  return { text, beginning, rest: constantGlob(rest) ?? globOf([]) };
}

export function addAction<V>(tree: PatternTree<V>, pattern: ActionPattern, value: V): void {
  addPattern(tree, parseTemplate(pattern.text, true, false), value);
}

/** Whether the element speaks of an action, given in lower case. */
export function coversAction({ match, patterns, tree }: ActionList, action: string, search: Search): boolean {
  const listed = tree === undefined ? anyMatches(patterns, action) : searchTree(tree, action, 0, search, yes);
  return listed === (match === "only");
}

function anyMatches(patterns: readonly ActionPattern[], action: string): boolean {
  for (let i = 0; i < patterns.length; i++) {
    const { beginning, rest } = patterns[i]!;
    if (rest === "nothing") {
      if (action === beginning) return true;
    } else if (action.startsWith(beginning)) {
      if (rest === "anything" || matchesGlob(rest, action, beginning.length, action.length, 0)) return true;
    }
  }
  return false;
}

export function yes(): boolean {
  return true;
}
