import fc from "fast-check";
import { expect, test } from "vitest";
import {
  checkNoNewAccess,
  describeChange,
  type ExampleRequest,
} from "../../packages/analysis/src/index.ts";
import type { ContextValue } from "../../packages/policy/src/index.ts";
import { allows, compiled, documentOf, plainStatement, RUNS, SEED } from "./exact.ts";

const KEY_VALUES: Readonly<Record<string, readonly string[]>> = {
  "x:text": ["a", "b", "ab", "A", "B", "aa", "", "*", "b*", "k", "K", "\u212a"],
  "x:number": ["0", "1", "1.5", "2", "3", "-1", "x", "1e999"],
  "x:date": ["2026-01-01", "2026-01-02T00:00:00Z", "2026-01-01T12:00:00Z", "2025", "0", "x"],
  "x:ip": [
    "10.0.0.1",
    "10.1.0.0",
    "11.0.0.0",
    "9.255.255.255",
    "::1",
    "2001:db8::1",
    "x",
    "::ffff:10.0.0.1",
  ],
  "x:flag": ["true", "false", "TRUE", "x"],
  "x:bytes": ["QUJD", "QQ==", "", "x"],
  "x:arn": [
    "arn:aws:iam::1:user/a",
    "arn:aws:iam::2:user/a",
    "arn:aws:iam::1:user/a:b",
    "a:b",
    "arn:aws:s3:::a",
  ],
};
const OPERATORS: Readonly<Record<string, readonly [readonly string[], readonly string[]]>> = {
  "x:text": [
    [
      "StringEquals",
      "StringNotEquals",
      "StringLike",
      "StringNotLike",
      "StringEqualsIgnoreCase",
      "StringNotEqualsIgnoreCase",
    ],
    ["a", "b", "ab", "A", "a*", "*b", "?", "*", "k", "K"],
  ],
  "x:number": [
    [
      "NumericEquals",
      "NumericNotEquals",
      "NumericLessThan",
      "NumericLessThanEquals",
      "NumericGreaterThan",
      "NumericGreaterThanEquals",
    ],
    ["0", "1", "2", "1.0"],
  ],
  "x:date": [
    [
      "DateEquals",
      "DateNotEquals",
      "DateLessThan",
      "DateLessThanEquals",
      "DateGreaterThan",
      "DateGreaterThanEquals",
    ],
    ["2026-01-01", "2026-01-02", "2026"],
  ],
  "x:ip": [
    ["IpAddress", "NotIpAddress"],
    ["10.0.0.0/8", "10.0.0.0/16", "10.1.0.0/16", "0.0.0.0/0", "::/0", "2001:db8::/32", "10.0.0.1"],
  ],
  "x:flag": [
    ["Bool", "Null"],
    ["true", "false"],
  ],
  "x:bytes": [["BinaryEquals"], ["QUJD", "QQ=="]],
  "x:arn": [
    ["ArnLike", "ArnNotLike", "StringLike", "StringNotEquals"],
    ["arn:aws:iam::*:user/*", "arn:aws:iam::1:*", "arn:aws:iam::1:user/a", "arn:aws:*", "*"],
  ],
};

const entry = fc.constantFrom(...Object.keys(OPERATORS)).chain((key) => {
  const [names, wanted] = OPERATORS[key]!;
  return fc
    .tuple(
      fc.constantFrom("", "", "", "ForAllValues:", "ForAnyValue:"),
      fc.constantFrom(...names),
      fc.constantFrom("", "", "IfExists"),
      fc.array(fc.constantFrom(...wanted), { maxLength: 3 }),
    )
    .map(
      ([set, name, suffix, values]) =>
        [`${set}${name}${name === "Null" ? "" : suffix}`, key, values] as const,
    );
});
const condition = fc.array(entry, { maxLength: 3 }).map((entries) => {
  const block: Record<string, Record<string, readonly string[]>> = {};
  for (const [operator, key, values] of entries)
    block[operator] = { ...block[operator], [key]: values };
  return block;
});
const conditionalStatement = fc
  .tuple(fc.constantFrom("Allow", "Allow", "Deny"), fc.constantFrom("s3:a", "s3:*"), condition)
  .map(([Effect, Action, Condition]) => ({ Effect, Action, Resource: "*", Condition }));

/** For each key no value, one value or a list, drawn at random. */
const context: fc.Arbitrary<ExampleRequest["context"]> = fc
  .record(
    Object.fromEntries(
      Object.entries(KEY_VALUES).map(([key, values]) => [
        key,
        fc.oneof<fc.Arbitrary<ContextValue | undefined>[]>(
          fc.constant(undefined),
          fc.constantFrom(...values),
          fc.array(fc.constantFrom(...values), { maxLength: 3 }),
        ),
      ]),
    ),
  )
  .map((drawn) =>
    Object.fromEntries(
      Object.entries(drawn).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
    ),
  );

test("conditions_are_sound: no context refutes a PASS, and most are decided", () => {
  const results = { PASS: 0, FAIL: 0, UNDECIDED: 0, INVALID: 0 };
  const property = fc.property(
    documentOf(conditionalStatement, 3),
    documentOf(conditionalStatement, 3),
    fc.array(context, { minLength: 60, maxLength: 60 }),
    (before, after, contexts) => {
      const check = checkNoNewAccess([before], [after], { kind: "identity" });
      results[check.result]++;
      const [old, now] = [[compiled(before)], [compiled(after)]];
      if (check.result === "FAIL") {
        expect(allows(now, check.counterexample)).toBe(true);
        expect(allows(old, check.counterexample)).toBe(false);
      }
      if (check.result !== "PASS") return;
      for (const drawn of contexts) {
        const request = { action: "s3:a", resource: "*", context: drawn };
        expect(allows(now, request) && !allows(old, request), JSON.stringify(drawn)).toBe(false);
      }
    },
  );
  fc.assert(property, { seed: SEED, numRuns: RUNS });
  expect(results.UNDECIDED).toBeLessThan(RUNS / 50);
  expect(Math.min(results.PASS, results.FAIL)).toBeGreaterThan(RUNS / 20);
});

test("a value that one operator takes and another does not is found behind a shared beginning", () => {
  const text = (Condition: object) =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: { Effect: "Allow", Action: "s3:a", Resource: "*", Condition },
    });
  const wanted = text({ StringLike: { "x:text": "a*" }, StringNotEquals: { "x:text": "a" } });
  const never = text({ StringEquals: { "x:text": [] } });
  expect(checkNoNewAccess([never], [wanted], { kind: "identity" })).toMatchObject({
    result: "FAIL",
    counterexample: { context: { "x:text": expect.stringMatching(/^a./) } },
  });
  // An ARN pattern of fewer parts matches nothing, and hides no other.
  const arns = text({ ArnLike: { "x:arn": ["arn:aws:iam::*:user/*", "arn:aws:*"] } });
  expect(checkNoNewAccess([never], [arns], { kind: "identity" }).result).toBe("FAIL");
});

test("little_effort_decides_less_but_never_otherwise", () => {
  const statement = fc.oneof(plainStatement, conditionalStatement);
  const efforts = fc.constantFrom(1, 30, 100, 300, 1_000, 3_000, 10_000);
  const counts = { PASS: 0, FAIL: 0, UNDECIDED: 0, INVALID: 0 };
  const property = fc.property(
    documentOf(statement),
    documentOf(statement),
    efforts,
    (before, after, effort) => {
      const whole = checkNoNewAccess([before], [after], { kind: "identity" });
      const short = checkNoNewAccess([before], [after], { kind: "identity", effort });
      counts[short.result]++;
      if (short.result !== "UNDECIDED") expect(short.result).toBe(whole.result);
      const change = describeChange([before], [after], { kind: "identity", effort });
      if (whole.result === "FAIL") expect(change.result).not.toBe("SAME");
    },
  );
  fc.assert(property, { seed: SEED, numRuns: RUNS });
  expect(Math.min(counts.PASS, counts.FAIL, counts.UNDECIDED)).toBeGreaterThan(RUNS / 50);
});
