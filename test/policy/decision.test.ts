import { expect, test } from "vitest";
import { compileClause } from "../../packages/policy/src/condition/condition.ts";
import {
  type AuthorizationRequest,
  authorize,
  type PolicyType,
} from "../../packages/policy/src/index.ts";
import { compiled } from "./both.ts";

const ACCOUNT = "111122223333";
const SESSION = {
  type: "AssumedRole",
  account: ACCOUNT,
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/app/s1`,
  userId: "AROAAPP:s1",
  roleArn: `arn:aws:iam::${ACCOUNT}:role/app`,
  roleId: "AROAAPP",
} as const;

function policies(type: PolicyType, ...statements: object[]) {
  return [compiled({ Version: "2012-10-17", Statement: statements }, type)];
}

const ALLOW = { Effect: "Allow", Action: "*", Resource: "*" };
const OTHER = { ...ALLOW, Action: "iam:*" };

function request(
  more: Partial<AuthorizationRequest["policies"]>,
  context = new Map<string, string>(),
) {
  const identity = policies("identity-based", OTHER, { ...ALLOW, Sid: "Second" });
  const resource = `arn:aws:orders:us-east-1:${ACCOUNT}:order/7`;
  return {
    principal: SESSION,
    action: "orders:GetOrder",
    resource,
    context,
    policies: { identity, ...more },
  };
}

test("an allow names one statement of each kind of policy that had to allow", () => {
  const decision = authorize(
    request({
      serviceControl: [
        policies("service control", ALLOW),
        policies("service control", OTHER, ALLOW),
      ],
      boundary: policies("permissions boundary", ALLOW),
      session: policies("session", ALLOW),
      resource: policies("resource-based", { ...ALLOW, Principal: { AWS: ACCOUNT } }),
    }),
  );
  const of = (policyType: PolicyType, index: number, more = {}) => ({
    policyId: "test",
    policyType,
    index,
    ...more,
  });
  expect(decision).toEqual({
    outcome: "allowed",
    statements: [
      of("service control", 0),
      of("service control", 1),
      of("resource-based", 0),
      of("identity-based", 1, { sid: "Second" }),
      of("permissions boundary", 0),
      of("session", 0),
    ],
  });
});

test("a deny names its statement, and an implicit deny none", () => {
  expect(
    authorize(request({ session: policies("session", ALLOW, { ...ALLOW, Effect: "Deny" }) })),
  ).toEqual({
    outcome: "explicitDeny",
    deniedBy: "session",
    statements: [{ policyId: "test", policyType: "session", index: 1 }],
  });
  expect(authorize(request({ session: policies("session", OTHER) }))).toEqual({
    outcome: "implicitDeny",
    missing: "session",
    statements: [],
  });
});

test("what errs is denied", () => {
  const context = {
    get(): never {
      throw new Error("no context today");
    },
  };
  const asking = { ...ALLOW, Condition: { Bool: { "aws:SecureTransport": "true" } } };
  const identity = policies("identity-based", asking);
  expect(authorize({ ...request({}), policies: { identity }, context })).toEqual({
    outcome: "implicitDeny",
    missing: "identity-based",
    statements: [],
  });
});

test("a request that throws when it is read is denied", () => {
  const broken = {
    ...request({}),
    get principal(): never {
      throw new Error("no principal today");
    },
  };
  expect(authorize(broken)).toEqual({
    outcome: "implicitDeny",
    missing: "identity-based",
    statements: [],
  });
});

test("the values that a condition lists count as steps", () => {
  const team = Array.from({ length: 100 }, (_, at) => `team-${at}`);
  const conditions = ["StringNotEquals", "StringNotEqualsIgnoreCase"].map((operator) => [
    operator,
    { "aws:PrincipalTag/team": team },
  ]);
  const identity = policies("identity-based", {
    ...ALLOW,
    Condition: Object.fromEntries(conditions),
  });
  const decide = (length: number) =>
    authorize(request({ identity }, new Map([["aws:principaltag/team", "x".repeat(length)]])));
  // Twice the value, and twice its 100 values, of 8,000,000 steps.
  expect(decide(3_999_800).outcome).toBe("allowed");
  expect(decide(3_999_950)).toEqual({
    outcome: "implicitDeny",
    missing: "identity-based",
    statements: [],
    exceeded: "decisionSteps",
  });
});

test.each([
  ["Allow", "StringEquals", "implicitDeny"],
  ["Allow", "StringNotEquals", "allowed"],
  ["Allow", "StringEqualsIfExists", "allowed"],
  ["Deny", "StringEquals", "allowed"],
  ["Deny", "StringNotEquals", "explicitDeny"],
] as const)("a list of no values is a key that is absent: %s %s", (Effect, operator, outcome) => {
  const Condition = { [operator]: { "orders:Label": "x" } };
  const asking = { ...ALLOW, Effect, Condition };
  const identity = policies("identity-based", asking, ...(Effect === "Deny" ? [ALLOW] : []));
  const context = new Map<string, string[]>([["orders:label", []]]);
  expect(authorize({ ...request({ identity }), context }).outcome).toBe(outcome);
});

test("no condition is compiled of an operator that there is not", () => {
  const entry = { operator: "StringEqual", key: "aws:username", values: ["ana"] };
  expect(() => compileClause(entry, "Allow", true)).toThrow(
    new TypeError("no condition operator `StringEqual`"),
  );
});

test("an action that only contains sts:AssumeRole needs no trust policy", () => {
  const allowed = request({ resource: [] });
  expect(authorize({ ...allowed, action: "xsts:AssumeRole" }).outcome).toBe("allowed");
  expect(authorize({ ...allowed, action: "STS:ASSUMEROLEWITHSAML" })).toMatchObject({
    missing: "role trust",
  });
});

test("a resource-based policy stays one, whatever the action", () => {
  const other = policies("resource-based", { ...ALLOW, Principal: { AWS: "444455556666" } });
  expect(authorize({ ...request({ resource: other }), action: "sts:AssumeRole" }).outcome).toBe(
    "allowed",
  );
});

/**
 * A policy's statements are looked through to the end, whether tried one by one or found by the
 * index.
 */
test.each([
  ["one by one", []],
  [
    "by the index",
    [{ ...ALLOW, Resource: Array.from({ length: 17 }, (_, at) => `arn:aws:none:::${at}`) }],
  ],
])("what does not apply ends no search: %s", (_, more) => {
  const order = `arn:aws:orders:us-east-1:${ACCOUNT}:order/`;
  const unmet = { Bool: { "aws:SecureTransport": "false" } };
  const outcomeOf = (...statements: object[]) => {
    const identity = policies("identity-based", ...more, ...statements);
    return authorize(request({ identity }, new Map([["aws:securetransport", "true"]])));
  };
  const deny = { ...ALLOW, Effect: "Deny" };
  expect(outcomeOf({ ...deny, Condition: unmet }, ALLOW).outcome).toBe("allowed");
  expect(outcomeOf({ ...deny, Condition: unmet }, ALLOW, { ...deny, Sid: "Met" }).outcome).toBe(
    "explicitDeny",
  );
  expect(outcomeOf({ ...deny, NotResource: `${order}*`, Resource: undefined }, ALLOW).outcome).toBe(
    "allowed",
  );
  // Allows enough, and then a deny.
  for (const Resource of ["*", `${order}*`, `${order}7`]) {
    const statements = [
      ALLOW,
      { ...ALLOW, Resource: `${order}*` },
      { ...ALLOW, Resource: `${order}7` },
    ];
    expect(outcomeOf(...statements, { ...deny, Resource }).outcome).toBe("explicitDeny");
    expect(outcomeOf({ ...deny, Resource }, ...statements).outcome).toBe("explicitDeny");
  }
  // A deny in the first policy ends it, one in the second too.
  const second = policies("identity-based", ...more, deny);
  const first = policies("identity-based", ...more, ALLOW);
  for (const identity of [
    [...first, ...second],
    [...second, ...first],
  ])
    expect(authorize(request({ identity })).outcome).toBe("explicitDeny");
});

test("the closest naming counts, whatever the order of statements", () => {
  const naming = (AWS: string) => ({ ...ALLOW, Principal: { AWS } });
  const statements = [naming(ACCOUNT), naming(SESSION.roleArn), naming("444455556666")];
  const orders = [
    statements,
    statements.toReversed(),
    [statements[1]!, statements[0]!, statements[2]!],
  ];
  for (const ordered of orders) {
    const resource = policies("resource-based", ...ordered);
    // Named by its role, the session needs no identity policy.
    expect(authorize(request({ identity: [], resource }))).toEqual({
      outcome: "allowed",
      statements: [
        { policyId: "test", policyType: "resource-based", index: ordered.indexOf(statements[1]!) },
      ],
    });
  }
});

test("a statement without a Sid has none in its reference", () => {
  const identity = policies("identity-based", ALLOW);
  const { statements } = authorize(request({ identity }));
  expect(statements.map((reference) => Object.keys(reference))).toEqual([
    ["policyId", "policyType", "index"],
  ]);
});

test("made-up actions do not make a policy grow without limit", () => {
  const identity = policies("identity-based", { ...ALLOW, Action: "a:*" });
  for (let i = 0; i < 1_000; i++) {
    const action = `${i % 2 === 0 ? "a" : "b"}:Made${i}`;
    const { outcome } = authorize({ ...request({ identity }), action });
    expect(outcome).toBe(i % 2 === 0 ? "allowed" : "implicitDeny");
    expect(identity[0]?.actionCache.size).toBe((i % 200) + 1);
  }
});
