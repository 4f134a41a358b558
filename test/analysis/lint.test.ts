import { expect, test } from "vitest";
import { lintPolicy } from "../../packages/analysis/src/index.ts";
import { parsePolicy } from "../../packages/policy/src/index.ts";
import { GET, get, lint, OF_RESOURCE, policy, TRUST, when } from "./linted.ts";
import { SERVICES } from "./services.ts";

test("a good policy has no finding, of whatever kind", () => {
  expect(lint(policy(GET))).toEqual([]);
  expect(
    lint(policy(TRUST), "trust").filter(({ findingType }) => findingType !== "WARNING"),
  ).toEqual([]);
  expect(lint(policy(OF_RESOURCE), "resource")).toEqual([]);
  const conditions = {
    StringEquals: { "aws:username": "bob" },
    IpAddress: { "aws:SourceIp": ["192.0.2.0/24", "2001:db8::/32"] },
    BoolIfExists: { "aws:MultiFactorAuthPresent": "true" },
  };
  expect(lint(get({ Condition: conditions }))).toEqual([]);
});

test("fixes mend what they say", () => {
  const mended = (text: string, code: string): string => {
    const fix = lint(text).find(({ issueCode }) => issueCode === code)?.fixes[0];
    if (fix === undefined) throw new Error(`no fix for ${code}`);
    let result = text;
    for (const { start, end, text: put } of [...fix.edits].sort((a, b) => b.start - a.start))
      result = result.slice(0, start) + put + result.slice(end);
    return result;
  };
  expect(mended(get({ Action: "orders:ListOrder" }), "INVALID_ACTION")).toBe(
    get({ Action: "orders:ListOrders" }),
  );
  expect(mended(JSON.stringify({ Statement: [GET] }), "MISSING_VERSION")).toBe(policy(GET));
  expect(mended(get({ Effect: "deny" }), "INVALID_EFFECT")).toBe(get({ Effect: "Deny" }));
  expect(mended(policy(GET, { ...GET, Resource: "*" }), "REDUNDANT_STATEMENT")).toBe(
    policy({ ...GET, Resource: "*" }),
  );
  expect(mended(get({ Action: ["orders:GetOrder", "orders:*"] }), "REDUNDANT_ACTION")).toBe(
    get({ Action: ["orders:*"] }),
  );
  expect(
    mended(
      when("StringEqualIfExists", { a: "b" }).replace("StringEqual", "stringequals"),
      "INVALID_CONDITION_OPERATOR",
    ),
  ).toBe(when("StringEqualsIfExists", { a: "b" }));
});

test("a typing error names the nearest right name", () => {
  const [finding] = lint(get({ Action: "orders:ListOrder" }));
  expect(finding?.findingDetails).toBe(
    "The action orders:ListOrder does not exist. Did you mean orders:ListOrders or orders:GetOrder?",
  );
  expect(finding?.learnMoreLink).toBe(
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html#access-analyzer-reference-policy-checks-error-invalid-action",
  );
});

test("lines and columns count from 1, offsets from 0", () => {
  const text =
    '{\n  "Version": "2012-10-17",\n  "Statement": {\n    "Effect": "allow",\n    "Action": "a:b",\n    "Resource": "*"\n  }\n}';
  const [finding] = lint(text).filter(({ issueCode }) => issueCode === "INVALID_EFFECT");
  expect(finding?.locations).toEqual([
    {
      path: [{ key: "Statement" }, { key: "Effect" }],
      span: {
        start: { line: 4, column: 15, offset: 60 },
        end: { line: 4, column: 22, offset: 67 },
      },
    },
  ]);
});

test.each([
  ["", 0],
  ["{", 1],
  ['{"a":1,}', 7],
  ['{"a" 1}', 5],
  ['{"a":tru}', 5],
  ['{"a":"b\nc"}', 7],
  ['{"a":"\\x"}', 6],
  ['{"a":"b', 5],
  ["{} {}", 3],
  ["01", 0],
  ["[1 2]", 3],
  ['{"a":"\u20ac"}', 6],
  [`${"[".repeat(40)}`, 17],
])("the syntax error of %s is at %d", (text, offset) => {
  const findings = lint(text);
  expect(findings.map(({ issueCode }) => issueCode)).toEqual(["JSON_SYNTAX_ERROR"]);
  expect(findings[0]?.locations[0]?.span.start.offset).toBe(offset);
});

test("a document that the engine refuses has an error, and one that it accepts is read alike", () => {
  const refused = [
    get({ Resource: "arn:aws:iam::111122223333:rolle/x" }),
    policy({ ...TRUST, Principal: { AWS: "me" } }),
    get({ Action: "a b:c" }),
  ];
  for (const text of refused) {
    for (const kind of ["identity", "trust", "resource"] as const) {
      if (parsePolicy(text, kind).ok) continue;
      expect(lint(text, kind).some(({ findingType }) => findingType === "ERROR")).toBe(true);
    }
  }
});

test("a complete list of services makes an unknown service an error", () => {
  const text = get({ Action: "order:GetOrder" });
  const { findings } = lintPolicy(text, {
    kind: "identity",
    services: { ...SERVICES, complete: true },
  });
  expect(findings.map(({ issueCode, findingType }) => [issueCode, findingType])).toContainEqual([
    "INVALID_SERVICE_IN_ACTION",
    "ERROR",
  ]);
});
