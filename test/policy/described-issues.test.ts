import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import {
  checkPolicy,
  describeIssues,
  type PolicyKind,
  parsePolicy,
} from "../../packages/policy/src/index.ts";

/** Of each issue: the text at fault, and the reason. */
function described(text: string, kind: PolicyKind = "identity") {
  return checkPolicy(text, kind).map(({ span, reason }) => [
    text.slice(span.start, span.end),
    reason,
  ]);
}

const statementOf = (members: string, more = "") =>
  `{"Version":"2012-10-17","Statement":[{${members}}]${more}}`;
const REST = '"Action":"a:b","Resource":"*"';

test.each([
  [`"effect":"Allow",${REST}`, '"effect"', "There is no element effect here. Its name is Effect."],
  [`"Effect":"allow",${REST}`, '"allow"', 'The effect must be "Allow" or "Deny", in this case.'],
  [`"Effect":"Allow","Effect":"Deny",${REST}`, '"Effect"', "There are two elements Effect."],
  [`"Effect":"Allow","Sid":7,${REST}`, "7", "Sid must be a string."],
  [
    `"Effect":"Allow","Sid":"a-b",${REST}`,
    '"a-b"',
    "A statement's Sid has letters and digits only.",
  ],
  [
    '"Effect":"Allow","Resource":"*","Action":["a:b","c"]',
    '"c"',
    '"c" has no service. An action is service:Name, such as iam:GetUser.',
  ],
  [
    '"Effect":"Allow","Resource":["*","x"],"Action":"a:b"',
    '"x"',
    '"x" is neither "*" nor an ARN, which begins with arn:.',
  ],
  [
    `"Effect":"Allow",${REST},"Condition":{"stringEquals":{"a:b":"c"}}`,
    '"stringEquals"',
    "There is no condition operator stringEquals. Names are case-sensitive.",
  ],
  [
    `"Effect":"Allow",${REST},"Condition":{"DateLessThan":{"a:b":"soon"}}`,
    '"soon"',
    '"soon" is not of the operator\'s type.',
  ],
  [
    `"Effect":"Allow",${REST},"Condition":{"StringEquals":7}`,
    "7",
    "An operator has an object of keys, each once, with a value or a list of values.",
  ],
  [
    '"Effect":"Allow","Action":"a:b"',
    '{"Effect":"Allow","Action":"a:b"}',
    "The statement needs a Resource or NotResource element with at least one resource.",
  ],
])("{%s} has its fault at %s", (members, at, reason) => {
  expect(described(statementOf(members))).toContainEqual([at, reason]);
});

test("the span of a repeated element is the later one's name", () => {
  const text = statementOf(`"Effect":"Allow","Effect":"Deny",${REST}`);
  const [issue] = checkPolicy(text, "identity");
  expect(issue?.span.start).toBe(text.lastIndexOf('"Effect"'));
});

test("a managed policy must have the current version", () => {
  const text = `{"Version":"2008-10-17","Statement":{"Effect":"Allow",${REST}}}`;
  expect(checkPolicy(text, "managed")).toEqual([
    {
      code: "MalformedPolicyDocument",
      problem: "version",
      path: "Version",
      message: "Policy document must be version 2012-10-17 or greater.",
      reason: 'The document must have "Version": "2012-10-17".',
      span: { start: 11, end: 23 },
    },
  ]);
  expect(described(text.replace('"Version":"2008-10-17",', ""), "managed")).toHaveLength(1);
  expect(described(text.replace("2008", "2012"), "managed")).toEqual([]);
  expect(described(text)).toEqual([]);
});

test("what is no JSON has the exact position, also where the engine names none", () => {
  expect(described('{"Version":"2012-10-17",}')).toEqual([
    ["}", "A comma must be followed by another member."],
  ]);
  expect(described('{"Id":"\u2028"}')).toEqual([
    ["\u2028", "A policy may contain the character U+2028 as an escape only."],
  ]);
  expect(described("[]")).toEqual([
    ["[]", "A policy is a JSON object with Version and Statement."],
  ]);
  expect(described('{"Id":}', "trust").map(([at]) => at)).toEqual(["}"]);
  expect(described("[".repeat(100))).toEqual([["[", "The document is nested too deeply."]]);
});

test("every faulty document of the vectors has a reason and a span for each issue", () => {
  const file = new URL("../vectors/policy/documents.json", import.meta.url);
  const { documents } = JSON.parse(readFileSync(file, "utf8"));
  let faulty = 0;
  for (const { kind, document, text = JSON.stringify(document) } of documents) {
    const parsed = parsePolicy(text, kind);
    const issues = parsed.ok ? [] : parsed.issues;
    const found = describeIssues(text, issues);
    expect(found).toHaveLength(issues.length);
    for (const [index, { reason, span, ...issue }] of found.entries()) {
      faulty++;
      expect(issue).toEqual(issues[index]);
      expect(reason).toMatch(/^\S.*[.:]/s);
      expect(reason).not.toContain("undefined");
      expect(span.start).toBeGreaterThanOrEqual(0);
      expect(span.end).toBeGreaterThanOrEqual(span.start);
      expect(span.end).toBeLessThanOrEqual(text.length);
    }
  }
  expect(faulty).toBeGreaterThan(50);
});
