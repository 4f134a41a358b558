import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type AccountModel,
  analyzeAccount,
  checkAccessNotGranted,
  checkNoNewAccess,
  checkNoPublicAccess,
  describeChange,
  generatePolicy,
  lintPolicy,
  runToEnd,
  whatCan,
  whoCan,
} from "../../packages/analysis/src/index.ts";
import { type PolicyKind, parsePolicy } from "../../packages/policy/src/index.ts";
import { ACCOUNT, allow, deny, doc, user } from "./account.ts";
import { SERVICES } from "./services.ts";

const SEED = 20261129;
const KINDS: readonly PolicyKind[] = [
  "identity",
  "boundary",
  "session",
  "resource",
  "trust",
  "serviceControl",
];

/**
 * Everything that takes a document, on any text. It must answer, and agree with the engine on what
 * is valid.
 */
function tryAll(text: string, kind: PolicyKind): void {
  const { findings } = lintPolicy(text, { kind, services: SERVICES });
  const valid = parsePolicy(text, kind).ok;
  if (!valid)
    expect(
      findings.some(({ findingType }) => findingType === "ERROR"),
      text,
    ).toBe(true);
  for (const { locations } of findings) {
    for (const { span } of locations) {
      expect(span.start.offset).toBeGreaterThanOrEqual(0);
      expect(span.end.offset).toBeGreaterThanOrEqual(span.start.offset);
      expect(span.end.offset).toBeLessThanOrEqual(text.length);
    }
  }
  const options = { kind, effort: 20_000 };
  for (const { result } of [
    checkNoNewAccess([text], [text], options),
    checkAccessNotGranted([text], [{ actions: ["*"] }], options),
    checkNoPublicAccess([text], options),
    describeChange([text], [text], options),
  ])
    expect(result === "INVALID").toBe(!valid);
  if (valid) expect(checkNoNewAccess([text], [text], options).result).not.toBe("FAIL");
}

test("any text gets an answer", () => {
  const texts = fc.oneof(
    fc.string({ maxLength: 200 }),
    fc.string({ unit: "binary", maxLength: 200 }),
    fc.string({ unit: fc.constantFrom(...'{}[]",:\\ue019.-tfn \n'), maxLength: 60 }),
  );
  fc.assert(fc.property(texts, fc.constantFrom(...KINDS), tryAll), { seed: SEED, numRuns: 3_000 });
});

test("any JSON gets an answer", () => {
  const property = fc.property(fc.json({ maxDepth: 6 }), fc.constantFrom(...KINDS), tryAll);
  fc.assert(property, { seed: SEED, numRuns: 2_000 });
});

/** JSON that looks like a policy, with anything in any place. */
const anything = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom<unknown>(
      "Allow",
      "Deny",
      "*",
      "orders:GetOrder",
      "sts:AssumeRole",
      "arn:aws:orders:::x",
      "2012-10-17",
      "",
      `\${aws:username}`,
      `\${`,
      "10.0.0.0/8",
      "true",
      "__proto__",
    ),
  },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
  {
    weight: 2,
    arbitrary: fc.array(fc.constantFrom<unknown>("*", "orders:*", 7, null, {}, "arn:aws:s3:::*"), {
      maxLength: 3,
    }),
  },
);
const keyed = (names: readonly string[]) =>
  fc.dictionary(fc.constantFrom(...names), anything, { maxKeys: 4 });
const conditions = fc.dictionary(
  fc.constantFrom(
    "StringEquals",
    "ForAllValues:StringLike",
    "Bool",
    "NullIfExists",
    "Null",
    "DateLessThan",
    "ArnLike",
    "__proto__",
  ),
  fc.oneof(keyed(["aws:username", "AWS:UserName", "x", "orders:Priority", "__proto__"]), anything),
);
const statement = fc.record(
  {
    Sid: anything,
    Effect: anything,
    Principal: fc.oneof(anything, keyed(["AWS", "Service", "Federated", "X"])),
    NotPrincipal: anything,
    Action: anything,
    NotAction: anything,
    Resource: anything,
    NotResource: anything,
    Condition: fc.oneof(conditions, anything),
  },
  { requiredKeys: ["Effect", "Action"] },
);
const policyLike = fc.record(
  {
    Version: anything,
    Id: anything,
    Statement: fc.oneof(fc.array(statement, { maxLength: 4 }), statement, anything),
  },
  { requiredKeys: ["Statement"] },
);

test("anything in the place of anything gets an answer", () => {
  const property = fc.property(
    policyLike.map((value) => JSON.stringify(value)),
    fc.constantFrom(...KINDS),
    tryAll,
  );
  fc.assert(property, { seed: SEED, numRuns: 4_000 });
});

test("a text cut off anywhere has its error where it ends, at the latest", () => {
  const text = JSON.stringify(
    JSON.parse(doc(allow("orders:GetOrder", "*", { Condition: { Bool: { "a:b": "true" } } }))),
    undefined,
    1,
  );
  for (let end = 0; end < text.length; end++) {
    const { findings } = lintPolicy(text.slice(0, end), { kind: "identity" });
    expect(findings.map(({ issueCode }) => issueCode)).toEqual(["JSON_SYNTAX_ERROR"]);
    expect(findings[0]!.locations[0]!.span.start.offset).toBeLessThanOrEqual(end);
  }
});

const within = (milliseconds: number, work: () => void): void => {
  const start = performance.now();
  work();
  // Generous: a busy machine must not fail what is bounded. Without a bound these take hours.
  expect(performance.now() - start).toBeLessThan(milliseconds);
};

const resource = (part: string) => doc(allow("orders:*", `arn:aws:orders:::${part}`));
const many = (count: number, each: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => each(at));

test.each([
  ["stars against stars", resource(`*${"a*".repeat(3_000)}`), resource(`*${"*a".repeat(2_900)}b*`)],
  [
    "a character so far from the end",
    resource(`*a${"?".repeat(60)}`),
    resource(`*a${"?".repeat(61)}*b${"?".repeat(50)}`),
  ],
  ["infixes that overlap", resource("*ab".repeat(400)), resource("*ba".repeat(400))],
  [
    "many infixes",
    doc(
      allow(
        "*",
        many(60, (at) => `arn:aws:orders:::*${at}*`),
      ),
    ),
    doc(
      allow(
        "*",
        many(60, (at) => `arn:aws:orders:::*${at + 1}*`),
      ),
    ),
  ],
  [
    "many actions that overlap",
    doc(allow(many(200, (at) => `orders:*${"ab".repeat(at % 7)}*${at}*`))),
    doc(allow(many(200, (at) => `orders:*${"ba".repeat(at % 7)}*${at}*`))),
  ],
  [
    "many statements with conditions",
    doc(
      ...many(60, (at) => `${at}`).map((at) =>
        allow("orders:*", "*", {
          Condition: { StringLike: { [`x:${at}`]: "a*", [`y:${at}`]: "*b" } },
        }),
      ),
    ),
    doc(allow("orders:*")),
  ],
  [
    "conditions that overlap",
    doc(
      ...many(40, (at) => `*${at}*`).map((like) =>
        allow("orders:*", "*", { Condition: { StringLike: { "x:y": like } } }),
      ),
    ),
    doc(allow("orders:*", "*", { Condition: { StringLike: { "x:y": "*z*" } } })),
  ],
  [
    "sets of values",
    doc(
      ...many(12, (at) => `${at}`).map((at) =>
        allow("orders:*", "*", { Condition: { "ForAnyValue:StringLike": { "x:y": `*${at}*` } } }),
      ),
    ),
    doc(allow("orders:*", "*", { Condition: { "ForAllValues:StringLike": { "x:y": "?*" } } })),
  ],
  [
    "variables",
    doc(
      allow(
        "orders:*",
        many(40, (at) => `arn:aws:orders:::*\${aws:username}${at}*`),
      ),
    ),
    doc(
      allow(
        "orders:*",
        many(40, (at) => `arn:aws:orders:::*${at}\${aws:username}*`),
      ),
    ),
  ],
  [
    "large",
    doc(
      allow(
        "orders:*",
        many(10_000, (at) => `arn:aws:orders:::order/${at}/*`),
      ),
    ),
    doc(
      allow(
        "orders:*",
        many(10_000, (at) => `arn:aws:orders:::order/${at}/x*`),
      ),
    ),
  ],
  [
    "many variables on both sides",
    doc(
      allow(
        "orders:*",
        many(4_000, (at) => `arn:aws:orders:::\${aws:username}/${at}`),
      ),
      deny(
        "orders:*",
        many(4_000, (at) => `arn:aws:orders:::${at}/\${aws:userid}`),
      ),
    ),
    doc(
      allow(
        "orders:*",
        many(4_000, (at) => `arn:aws:orders:::\${aws:username}/x${at}`),
      ),
    ),
  ],
])("policies made to be hard end soon: %s", (_, one, other) => {
  within(20_000, () => {
    for (const [existing, updated] of [
      [one, other],
      [other, one],
    ] as const) {
      const check = checkNoNewAccess([existing], [updated], { kind: "identity" });
      expect(["PASS", "FAIL", "UNDECIDED"]).toContain(check.result);
      if (check.result === "UNDECIDED") expect(check.reasons.length).toBeGreaterThan(0);
      describeChange([existing], [updated], { kind: "identity", effort: 200_000 });
      lintPolicy(existing, { kind: "identity", services: SERVICES });
    }
  });
});

test("principals made to be many end soon", () => {
  const names = (prefix: string) =>
    many(3_000, (at) => `arn:aws:iam::${String(100_000_000_000 + at)}:${prefix}/x${at}`);
  const trust = (AWS: readonly string[]) =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Principal: { AWS }, Action: "*", Resource: "*" },
        { Effect: "Deny", NotPrincipal: { AWS }, Action: "*", Resource: "*" },
      ],
    });
  within(20_000, () => {
    const check = checkNoNewAccess([trust(names("user"))], [trust(names("role"))], {
      kind: "resource",
    });
    expect(["FAIL", "UNDECIDED"]).toContain(check.result);
  });
});

test("many policies of one length that begin alike end soon", () => {
  const spaces = " ".repeat(60_000);
  const Policies = Array.from({ length: 700 }, (_, at) => {
    const text = doc(allow(`a${String(at).padStart(4, "0")}:Get`));
    return {
      Arn: `arn:aws:iam::${ACCOUNT}:policy/p${at}`,
      PolicyVersionList: [{ IsDefaultVersion: true, Document: text.replace("{", `{${spaces}`) }],
    };
  });
  const before = process.cpuUsage();
  runToEnd(analyzeAccount({ Policies }, { parts: ["principals"] }));
  const { user, system } = process.cpuUsage(before);
  // 0.2 s. Comparing each with each takes 3.5.
  expect((user + system) / 1000).toBeLessThan(1_500);
});

test("documents beyond the limits are refused in one sentence", () => {
  const huge = doc(allow("orders:*", `arn:aws:orders:::${"x".repeat(1_100_000)}`));
  expect(checkNoNewAccess([huge], [huge], { kind: "identity" }).result).toBe("UNDECIDED");
  expect(checkNoPublicAccess([huge], { kind: "resource" }).result).toBe("UNDECIDED");
  expect(describeChange([huge], [huge], { kind: "identity" }).result).toBe("UNDECIDED");
  expect(lintPolicy(huge, { kind: "identity" }).findings.map(({ issueCode }) => issueCode)).toEqual(
    ["JSON_SYNTAX_ERROR"],
  );
  const noisy = doc(allow(many(2_000, (at) => `orders:None${at}`)));
  const { findings, truncated } = lintPolicy(noisy, { kind: "identity", services: SERVICES });
  expect([findings.length, truncated]).toEqual([200, true]);
});

const modelValue = fc.oneof(
  fc.constantFrom<unknown>(doc(allow("*")), "{", "%7B%7D", "%", {}, [], undefined),
  fc.jsonValue({ maxDepth: 1 }).filter((value) => value !== null),
);
const entity = fc.record({
  UserName: fc.string({ maxLength: 5 }),
  RoleName: fc.string({ maxLength: 5 }),
  GroupName: fc.constantFrom("g", "__proto__"),
  Arn: fc.option(fc.string({ maxLength: 20 }), { nil: undefined }),
  GroupList: fc.array(fc.constantFrom("g", "__proto__", "none")),
  documents: fc.array(modelValue, { maxLength: 2 }),
});

test("any model gets an answer", () => {
  const property = fc.property(fc.array(entity, { maxLength: 4 }), (entities) => {
    const list = entities.map(({ documents, ...names }) => {
      const policies = documents.map((PolicyDocument) => ({ PolicyName: "p", PolicyDocument }));
      return {
        ...names,
        UserPolicyList: policies,
        RolePolicyList: policies,
        GroupPolicyList: policies,
        AssumeRolePolicyDocument: documents[0],
      };
    });
    const model = JSON.parse(
      JSON.stringify({ UserDetailList: list, RoleDetailList: list, GroupDetailList: list }),
    ) as AccountModel;
    runToEnd(analyzeAccount(model, { services: SERVICES, now: 0 }));
    runToEnd(whoCan(model, { action: "orders:GetOrder", resource: "*" }));
    whatCan(model, list[0]?.Arn ?? "x", { services: SERVICES });
  });
  fc.assert(property, { seed: SEED, numRuns: 500 });
});

test("a model without anything has no finding, and a user that is twice is read twice", () => {
  expect(runToEnd(analyzeAccount({}))).toEqual([]);
  const twice = {
    AccountId: ACCOUNT,
    UserDetailList: [user("a", doc(allow("*"))), user("a", doc(allow("*")))],
  };
  expect(runToEnd(analyzeAccount(twice)).length).toBeGreaterThan(0);
});

test("any records get an answer", () => {
  const records = fc.array(fc.record({ action: fc.string(), resource: fc.string() }));
  fc.assert(
    fc.property(records, (drawn) => void generatePolicy(drawn, SERVICES)),
    { seed: SEED, numRuns: 500 },
  );
});
