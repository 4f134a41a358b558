import fc from "fast-check";
import { expect, test } from "vitest";
import { searchTree } from "../../packages/policy/src/match/pattern-tree.ts";
import {
  addPattern,
  buildTree,
  type PatternTreeBuilder,
} from "../../packages/policy/src/match/pattern-tree-builder.ts";
import { addResourcePattern } from "../../packages/policy/src/match/resource-pattern.ts";
import { parseTemplate } from "../../packages/policy/src/match/template.ts";
import { matchesTokens, tokensOf } from "../reference/wildcard.ts";

const CONTEXT = { get: (key: string) => (key === "k" ? "b" : undefined) };
const SEED = { seed: 20260102, numRuns: 2000 };
const textOf = (letters: readonly string[], maxLength: number) =>
  fc.array(fc.constantFrom(...letters), { maxLength }).map((parts) => parts.join(""));

/** What a search finds when nothing that it finds ends it. */
function found(tree: PatternTreeBuilder<number>, text: string): readonly number[] {
  const values: number[] = [];
  const over = searchTree(
    buildTree(tree),
    text,
    0,
    { context: CONTEXT, resourceOffset: -1, stepsLeft: 1_000_000 },
    (value) => {
      values.push(value);
      return false;
    },
  );
  expect(over).toBe(false);
  return [...new Set(values)].sort((a, b) => a - b);
}

test("a tree finds what each pattern by itself matches, and nothing else", () => {
  const patterns = fc.array(textOf(["a", "a", "b", "ab", "c", "*", "?"], 6), { maxLength: 20 });
  fc.assert(
    fc.property(patterns, textOf(["a", "b", "c"], 7), (list, text) => {
      const tree: PatternTreeBuilder<number> = new Map();
      list.forEach(
        (pattern, index) => void addPattern(tree, parseTemplate(pattern, true, false), index),
      );
      const expected = list.flatMap((pattern, at) =>
        matchesTokens(tokensOf(pattern), text.split("")) ? [at] : [],
      );
      expect(found(tree, text)).toEqual(expected);
    }),
    SEED,
  );
});

test("a tree of ARN patterns finds what each by itself does", () => {
  const part = textOf(["a", "b", "*", "?"], 2);
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable, not a template's
  const last = textOf(["a", "b", ":", "/", "*", "?", "${k}", "${none}"], 4);
  const pattern = fc.tuple(part, part, part, part, part, last).map((parts) => parts.join(":"));
  const resource = fc
    .tuple(
      ...Array.from({ length: 5 }, () => textOf(["a", "b"], 2)),
      textOf(["a", "b", ":", "/"], 5),
    )
    .map((parts) => parts.join(":"));
  fc.assert(
    fc.property(
      fc.array(pattern, { maxLength: 12 }),
      resource,
      fc.boolean(),
      (list, text, loose) => {
        const alone = (entry: string) => {
          const tree: PatternTreeBuilder<number> = new Map();
          addResourcePattern(tree, entry, true, loose, 0);
          return found(tree, text).length > 0;
        };
        const together: PatternTreeBuilder<number> = new Map();
        list.forEach(
          (entry, index) => void addResourcePattern(together, entry, true, loose, index),
        );
        expect(found(together, text)).toEqual(
          list.flatMap((entry, at) => (alone(entry) ? [at] : [])),
        );
      },
    ),
    SEED,
  );
});

test("a search ends with what is accepted", () => {
  const tree: PatternTreeBuilder<string> = new Map();
  for (const pattern of ["*", "a*", "a*c", "abc", "x"])
    addPattern(tree, parseTemplate(pattern, true, false), pattern);
  for (const wanted of ["*", "a*", "a*c", "abc", "x"]) {
    const accept = (value: string) => value === wanted;
    expect(
      searchTree(
        buildTree(tree),
        "abc",
        0,
        { context: CONTEXT, resourceOffset: -1, stepsLeft: 1_000_000 },
        accept,
      ),
    ).toBe(wanted !== "x");
  }
});

test("a tree of nothing finds nothing", () => {
  for (const text of ["", "a"]) expect(found(new Map(), text)).toEqual([]);
});
