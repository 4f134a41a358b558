import fc from "fast-check";
import { expect, test } from "vitest";
import {
  compilePolicy,
  LIMITS,
  matchesWildcard,
  type PolicyKind,
  parsePolicy,
} from "../../packages/policy/src/index.ts";
import { addProblem, type Report, toIssues } from "../../packages/policy/src/language/problem.ts";

const SEED = 20260102;
const KINDS: readonly PolicyKind[] = [
  "identity",
  "boundary",
  "session",
  "resource",
  "trust",
  "serviceControl",
];

/**
 * Reads a text as every kind. Whatever it is: a policy that compiles, or issues, and no trace in
 * any prototype.
 */
function read(text: string): void {
  for (const kind of KINDS) {
    const parsed = parsePolicy(text, kind);
    if (parsed.ok) compilePolicy(parsed.policy, { policyId: "fuzz", type: "identity-based" });
    else {
      expect(parsed.issues.length).toBeGreaterThan(0);
      expect(parsed.issues.length).toBeLessThanOrEqual(LIMITS.issues);
    }
  }
  expect(Object.keys(Object.prototype)).toEqual([]);
}

test("any text", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string({ unit: fc.constantFrom(...'{}[]":,\\ntrue0-e. ') }),
  );
  fc.assert(fc.property(text, read), { seed: SEED, numRuns: 500 });
});

test("any bytes", () => {
  const bytes = fc.uint8Array().map((array) => Buffer.from(array).toString("latin1"));
  fc.assert(fc.property(bytes, read), { seed: SEED, numRuns: 500 });
});

test("any JSON", () => {
  fc.assert(fc.property(fc.json(), read), { seed: SEED, numRuns: 500 });
});

test("documents with anything in any place", () => {
  const anything = fc.oneof(
    fc.jsonValue({ maxDepth: 1, depthSize: "xsmall" }),
    fc.constantFrom("*", "Allow", "a:b", "arn:aws:a:::b", "__proto__"),
  );
  const element = fc.constantFrom(
    "Effect",
    "Action",
    "NotAction",
    "Resource",
    "Principal",
    "Condition",
    "Sid",
    "__proto__",
  );
  const condition = fc.dictionary(
    fc.constantFrom("Bool", "StringLike", "IpAddress", "__proto__"),
    anything,
  );
  const statement = fc.dictionary(element, fc.oneof(anything, condition), { maxKeys: 5 });
  const document = fc.dictionary(
    fc.constantFrom("Version", "Statement", "Id", "__proto__"),
    fc.oneof(anything, fc.array(statement, { maxLength: 3 })),
  );
  fc.assert(
    fc.property(document, (drawn) => read(JSON.stringify(drawn))),
    { seed: SEED, numRuns: 500 },
  );
});

test("a valid document with one character changed", () => {
  const text = JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: ["a:B*"],
        Resource: "arn:aws:a:::b/*",
        Condition: { Bool: { "a:b": "true" } },
      },
    ],
  });
  const change = fc.tuple(
    fc.nat(text.length - 1),
    fc.constantFrom(...'{}[]":,\\*? ', "\u0000", "\u0100", ""),
  );
  fc.assert(
    fc.property(change, ([at, character]) =>
      read(text.slice(0, at) + character + text.slice(at + 1)),
    ),
    { seed: SEED, numRuns: 500 },
  );
});

test("deep nesting is refused", () => {
  for (const depth of [LIMITS.nesting + 1, 100_000]) {
    read("[".repeat(depth) + "]".repeat(depth));
    read(`${'{"Statement":'.repeat(depth)}1${"}".repeat(depth)}`);
  }
});

test("an oversized document is refused", () => {
  const parsed = parsePolicy(`${" ".repeat(LIMITS.documentCharacters)}{}`, "identity");
  expect(parsed).toEqual({
    ok: false,
    issues: [
      {
        code: "MalformedPolicyDocument",
        problem: "json",
        path: "document",
        message: "Syntax errors in policy.",
      },
    ],
  });
});

test("a report names no more than its limit", () => {
  const parsed = parsePolicy(
    JSON.stringify({ Statement: Array.from({ length: 1000 }, () => 7) }),
    "identity",
  );
  expect(parsed.ok ? 0 : parsed.issues.length).toBe(LIMITS.issues);
});

test("of a document of nothing but faults, no more of them are kept than are reported", () => {
  const report: Report = new Map();
  for (let index = 0; index < 1000; index++) {
    addProblem(report, "syntax", `Statement[${index}]`);
    addProblem(report, "sid", `Statement[${index}].Sid`);
  }
  expect([...report.values()].map((found) => found.length)).toEqual([LIMITS.issues, LIMITS.issues]);
  const issues = toIssues(report);
  expect(issues).toHaveLength(LIMITS.issues);
  expect(issues.at(-1)?.path).toBe(`Statement[${LIMITS.issues - 1}]`);
});

test("prototype names are names like others", () => {
  const text =
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"__proto__":"polluted"}}}}';
  const parsed = parsePolicy(text, "identity");
  expect(parsed.ok && parsed.policy.statements[0]?.condition).toEqual([
    { operator: "StringEquals", key: "__proto__", values: ["polluted"] },
  ]);
  expect(Object.getPrototypeOf({})).toBe(Object.prototype);
});

test("wildcard bombs", () => {
  const started = performance.now();
  expect(matchesWildcard(`${"*a".repeat(50)}b`, "a".repeat(5000))).toBe(false);
  expect(matchesWildcard("*".repeat(5000), "a".repeat(5000))).toBe(true);
  expect(matchesWildcard(`${"?*".repeat(500)}b`, "a".repeat(2000))).toBe(false);
  expect(matchesWildcard(`*${"a".repeat(500)}b*`, "a".repeat(5000))).toBe(false);
  // A RegExp of the first takes longer than the universe has.
  expect(performance.now() - started).toBeLessThan(20_000);
});
