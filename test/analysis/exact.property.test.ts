import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type AccessCheck,
  checkAccessNotGranted,
  checkNoNewAccess,
  checkNoPublicAccess,
  describeChange,
  type ExampleRequest,
} from "../../packages/analysis/src/index.ts";
import {
  authorize,
  type CompiledPolicy,
  type ContextValue,
  compilePolicy,
  type PolicyKind,
  type PolicyType,
  type Principal,
  parsePolicy,
} from "../../packages/policy/src/index.ts";

const SEED = Number(process.env.ANALYSIS_SEED ?? 20261129);
const RUNS = Number(process.env.ANALYSIS_RUNS ?? 1000);

function compiled(text: string, kind: PolicyKind = "identity"): CompiledPolicy {
  const parsed = parsePolicy(text, kind);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  const type: PolicyType =
    kind === "trust" ? "role trust" : kind === "resource" ? "resource-based" : "identity-based";
  return compilePolicy(parsed.policy, { policyId: "p", type });
}

const BOB: Principal = {
  type: "User",
  account: "111122223333",
  arn: "arn:aws:iam::111122223333:user/bob",
  userId: "AIDABOB0000000000001",
};

function allows(
  policies: readonly CompiledPolicy[],
  { action, resource, context }: Pick<ExampleRequest, "action" | "resource" | "context">,
): boolean {
  const request = {
    principal: BOB,
    action,
    resource,
    context: new Map(Object.entries(context)),
    policies: { identity: policies },
  };
  return authorize(request).outcome === "allowed";
}

/** Words of a small alphabet, so that all of them can be tried. */
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

const glob = (alphabet: readonly string[], maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...alphabet), maxLength });
const actionPattern = fc.oneof(
  { weight: 8, arbitrary: glob(["a", "b", "*", "?"], 4).map((name) => `s3:${name}`) },
  { weight: 1, arbitrary: fc.constantFrom("*", "sq:*") },
);
const resourcePattern = fc.oneof(
  {
    weight: 8,
    arbitrary: glob(["a", "b", "*", "?", ":", "/"], 5).map((name) => `arn:aws:s3:::${name}`),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      "*",
      "arn:aws:s3:*",
      "arn:aws:s3:?::a*",
      "arn:aws:s3:*:*:*",
      "arn:aws:s3:*:b",
      "arn:*:s3:a:*:*b",
      "arn:aws:s3:*::a",
    ),
  },
);
const some = <T>(item: fc.Arbitrary<T>) => fc.array(item, { minLength: 1, maxLength: 3 });

const plainStatement = fc
  .tuple(
    fc.constantFrom("Allow", "Allow", "Deny"),
    fc.oneof(
      { weight: 4, arbitrary: some(actionPattern).map((Action) => ({ Action })) },
      { weight: 1, arbitrary: some(actionPattern).map((NotAction) => ({ NotAction })) },
    ),
    fc.oneof(
      { weight: 4, arbitrary: some(resourcePattern).map((Resource) => ({ Resource })) },
      { weight: 1, arbitrary: some(resourcePattern).map((NotResource) => ({ NotResource })) },
    ),
  )
  .map(([Effect, action, resource]) => ({ Effect, ...action, ...resource }));
const documentOf = (statement: fc.Arbitrary<object>, maxLength = 4) =>
  fc
    .array(statement, { minLength: 1, maxLength })
    .map((Statement) => JSON.stringify({ Version: "2012-10-17", Statement }));

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

/** One value, none, or a list for each key: as good as all that matters, drawn at random. */
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

const A = "111122223333";
const B = "444455556666";
const PRINCIPALS: readonly Principal[] = [
  BOB,
  { type: "Root", account: A, arn: `arn:aws:iam::${A}:root`, userId: A },
  { type: "User", account: B, arn: `arn:aws:iam::${B}:user/eve`, userId: "AIDAEVE0000000000001" },
  ...["s1", "s2"].map((session) => ({
    type: "AssumedRole" as const,
    account: A,
    arn: `arn:aws:sts::${A}:assumed-role/app/${session}`,
    userId: `AROAAPP0000000000001:${session}`,
    roleArn: `arn:aws:iam::${A}:role/app`,
    roleId: "AROAAPP0000000000001",
  })),
  {
    type: "FederatedUser",
    account: A,
    arn: `arn:aws:sts::${A}:federated-user/guest`,
    userId: `${A}:guest`,
    userArn: BOB.arn,
  },
  { type: "Federated", provider: "id.example.com" },
  { type: "Service", service: "orders.example.com" },
  { type: "Anonymous" },
];
const NAMES = [
  { AWS: "*" },
  { AWS: A },
  { AWS: B },
  { AWS: `arn:aws:iam::${A}:root` },
  { AWS: BOB.arn },
  { AWS: "AIDABOB0000000000001" },
  { AWS: `arn:aws:iam::${A}:role/app` },
  { AWS: "AROAAPP0000000000001" },
  { AWS: `arn:aws:sts::${A}:assumed-role/app/s1` },
  { AWS: `arn:aws:sts::${A}:federated-user/guest` },
  { Service: "orders.example.com" },
  { Federated: "id.example.com" },
];
const named = fc.array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 3 }).map((names) => {
  const merged: Record<string, string[]> = {};
  for (const name of names)
    for (const [type, value] of Object.entries(name))
      merged[type] = [...(merged[type] ?? []), value];
  return merged;
});
const namedStatement = fc
  .tuple(
    fc.constantFrom("Allow", "Allow", "Deny"),
    named,
    fc.constantFrom("Principal", "Principal", "NotPrincipal"),
  )
  .map(([Effect, principal, element]) => ({
    Effect,
    [element]: principal,
    Action: "s3:a",
    Resource: "*",
  }));

/**
 * Circumstances in which resource-based policies decide: across accounts, and within one without
 * other policies.
 */
const ALL = compiled(
  JSON.stringify({
    Version: "2012-10-17",
    Statement: { Effect: "Allow", Action: "*", Resource: "*" },
  }),
);
const NONE: readonly CompiledPolicy[] = [];
const CIRCUMSTANCES = [
  { resourceAccount: "999988887777", policies: { identity: [ALL], session: [ALL] } },
  { policies: { identity: NONE, session: [ALL] } },
  { policies: { identity: NONE } },
  { policies: { identity: NONE, boundary: NONE } },
];

test("principals_are_told_apart: no caller in any circumstances refutes a PASS of resource-based policies", () => {
  const results = { PASS: 0, FAIL: 0, UNDECIDED: 0, INVALID: 0 };
  const asks = (
    policy: CompiledPolicy,
    principal: Principal,
    circumstances: (typeof CIRCUMSTANCES)[number],
  ) =>
    authorize({
      principal,
      action: "s3:a",
      resource: "*",
      context: new Map(),
      ...circumstances,
      policies: { ...circumstances.policies, resource: [policy] },
    }).outcome === "allowed";
  const property = fc.property(
    documentOf(namedStatement, 3),
    documentOf(namedStatement, 3),
    (before, after) => {
      const check = checkNoNewAccess([before], [after], { kind: "resource" });
      results[check.result]++;
      const [old, now] = [compiled(before, "resource"), compiled(after, "resource")];
      for (const principal of PRINCIPALS) {
        for (const circumstances of CIRCUMSTANCES) {
          // Within its account the root user is allowed by no policy.
          if (principal.type === "Root" && circumstances.resourceAccount === undefined) continue;
          const isNew = asks(now, principal, circumstances) && !asks(old, principal, circumstances);
          if (isNew)
            expect(check.result, JSON.stringify([principal, circumstances.resourceAccount])).toBe(
              "FAIL",
            );
        }
      }
    },
  );
  fc.assert(property, { seed: SEED, numRuns: RUNS });
  expect(results.UNDECIDED).toBe(0);
  expect(Math.min(results.PASS, results.FAIL)).toBeGreaterThan(RUNS / 20);
});

test("public_access_is_found: who is nobody the policy knows is never allowed after a PASS", () => {
  const stranger: Principal = {
    type: "User",
    account: "123412341234",
    arn: "arn:aws:iam::123412341234:user/stranger",
    userId: "AIDASTRANGER123400001",
  };
  const property = fc.property(documentOf(namedStatement, 3), (text) => {
    const { result } = checkNoPublicAccess([text], { kind: "resource" }) satisfies AccessCheck;
    const policy = compiled(text, "resource");
    const isPublic = [stranger, { type: "Anonymous" } as const].some(
      (principal) =>
        authorize({
          principal,
          action: "s3:a",
          resource: "*",
          context: new Map(),
          resourceAccount: A,
          policies: { identity: [ALL], resource: [policy] },
        }).outcome === "allowed",
    );
    expect(result).toBe(isPublic ? "FAIL" : "PASS");
  });
  fc.assert(property, { seed: SEED, numRuns: RUNS });
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
