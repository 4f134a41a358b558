import fc from "fast-check";
import { expect, test } from "vitest";
import { codes, globCodes } from "../../packages/analysis/src/pattern/codes.ts";
import { findWitnesses } from "../../packages/analysis/src/pattern/search.ts";
import { matchesWildcard } from "../../packages/policy/src/index.ts";

const glob = fc.string({ unit: fc.constantFrom("a", "b", "*", "?"), maxLength: 4 });
const group = fc.record({
  texts: fc.array(glob, { maxLength: 3 }),
  hit: fc.constantFrom(true, true, false, undefined, undefined),
});

function words(length: number): readonly string[] {
  if (length === 0) return [""];
  const shorter = words(length - 1);
  const longest = shorter.filter((word) => word.length === length - 1);
  return [...shorter, ...longest.flatMap((word) => ["a", "b", "x"].map((letter) => word + letter))];
}
const WORDS = words(6);

test("search_is_complete: whatever way some word hits the groups is found, and no other", () => {
  const property = fc.property(fc.array(group, { minLength: 1, maxLength: 4 }), (groups) => {
    const hitsOf = (word: string) =>
      groups.map(({ texts }) => texts.some((text) => matchesWildcard(text, word)));
    const wanted = new Set(
      WORDS.map(hitsOf)
        .filter((hits) => groups.every(({ hit }, at) => hit === undefined || hit === hits[at]))
        .map(String),
    );
    const compiled = groups.map(({ texts, hit }) => ({ patterns: texts.map(globCodes), hit }));
    const found = findWitnesses(compiled, { left: 1_000_000 });
    for (const { word, hits } of found ?? []) expect(hitsOf(word)).toEqual(hits);
    const all = new Set((found ?? []).map(({ hits }) => String(hits)));
    // Without free groups one word is enough.
    if (groups.some(({ hit }) => hit === undefined))
      for (const way of wanted) expect(all).toContain(way);
    else expect(all.size).toBe(wanted.size > 0 ? 1 : all.size);
  });
  fc.assert(property, { seed: 20261129, numRuns: Number(process.env.ANALYSIS_RUNS ?? 3000) });
});

test("one word is found by a pattern as the engine's matcher has it", () => {
  const property = fc.property(
    glob,
    fc.string({ unit: fc.constantFrom("a", "b", "x") }),
    (pattern, word) => {
      const groups = [globCodes(pattern), codes(word)].map((one) => ({
        patterns: [one],
        hit: true,
      }));
      const found = findWitnesses(groups, { left: 1_000_000 });
      expect(found?.map((one) => one.word)).toEqual(matchesWildcard(pattern, word) ? [word] : []);
    },
  );
  fc.assert(property, { seed: 20261129, numRuns: 3000 });
});
