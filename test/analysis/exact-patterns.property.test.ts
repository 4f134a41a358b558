import fc from "fast-check";
import { expect, test } from "vitest";
import { checkAccessNotGranted, checkNoNewAccess } from "../../packages/analysis/src/index.ts";
import { allows, compiled, documentOf, plainStatement, RUNS, SEED, some } from "./exact.ts";

/** Words of a small alphabet, so that a test can try all of them. */
const LETTERS = ["a", "b", ":", "/"];
function words(length: number): readonly string[] {
  const shorter = length === 0 ? [] : words(length - 1);
  return length === 0
    ? [""]
    : [
        ...shorter,
        ...shorter
          .filter((word) => word.length === length - 1)
          .flatMap((word) => LETTERS.map((letter) => word + letter)),
      ];
}
const RESOURCES = [
  ...words(4).map((word) => `arn:aws:s3:::${word}`),
  ...["a", "b"].flatMap((part) => words(2).map((word) => `arn:aws:s3:${part}::${word}`)),
  "*",
];
const ACTIONS = ["s3:a", "s3:b", "s3:ab", "s3:ba", "s3:aab", "sq:a"];

test("decides_all_of_actions_and_resources: exactly what trying every word says", () => {
  const results = { PASS: 0, FAIL: 0, UNDECIDED: 0, INVALID: 0 };
  const property = fc.property(
    documentOf(plainStatement),
    documentOf(plainStatement),
    (before, after) => {
      const check = checkNoNewAccess([before], [after], { kind: "identity" });
      results[check.result]++;
      const [old, now] = [[compiled(before)], [compiled(after)]];
      let refuted: string | undefined;
      for (const action of ACTIONS) {
        for (const resource of RESOURCES) {
          const request = { action, resource, context: {} };
          if (allows(now, request) && !allows(old, request)) refuted = `${action} on ${resource}`;
        }
      }
      if (refuted !== undefined) expect(check.result, refuted).toBe("FAIL");
      if (check.result === "FAIL") {
        expect(allows(now, check.counterexample)).toBe(true);
        expect(allows(old, check.counterexample)).toBe(false);
      }
      // Without conditions and variables there is always an answer.
      expect(check.result).not.toBe("UNDECIDED");
    },
  );
  fc.assert(property, { seed: SEED, numRuns: RUNS / 4 });
  expect(Math.min(results.PASS, results.FAIL)).toBeGreaterThan(10);
});

test("granted_access_is_found: a policy that allows a request is never said not to grant it", () => {
  const access = fc.record({
    actions: some(fc.constantFrom(...ACTIONS)),
    resources: some(fc.constantFrom(...RESOURCES.slice(0, 200))),
  });
  const property = fc.property(documentOf(plainStatement), access, (text, question) => {
    const check = checkAccessNotGranted([text], [question], { kind: "identity" });
    const policy = [compiled(text)];
    const granted = question.actions.some((action) =>
      question.resources.some((resource) => allows(policy, { action, resource, context: {} })),
    );
    // A star in what is asked about stands for every resource.
    if (granted) expect(check.result).toBe("FAIL");
    else if (!question.resources.includes("*")) expect(check.result).toBe("PASS");
    if (check.result === "FAIL") expect(allows(policy, check.counterexample)).toBe(true);
  });
  fc.assert(property, { seed: SEED, numRuns: RUNS / 2 });
});
