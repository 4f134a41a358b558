import { expect, test } from "vitest";
import {
  type AuthorizationRequest,
  explain,
  type PolicyType,
} from "../../packages/policy/src/index.ts";
import { compiled } from "./both.ts";

const ACCOUNT = "111122223333";
const RESOURCE = `arn:aws:orders:us-east-1:${ACCOUNT}:order/7`;

function requestWith(
  policies: { [type: string]: readonly object[] },
  context: [string, string | string[]][] = [],
) {
  const list = (name: string, type: PolicyType) =>
    policies[name]?.map((item) => compiled(item, type));
  const boundary = list("boundary", "permissions boundary");
  const resource = list("resource", "resource-based");
  const serviceControl = policies.levels?.map((item) => [compiled(item, "service control")]);
  const request: AuthorizationRequest = {
    principal: {
      type: "User",
      account: ACCOUNT,
      arn: `arn:aws:iam::${ACCOUNT}:user/bob`,
      userId: "AIDABOB",
    },
    action: "orders:GetOrder",
    resource: RESOURCE,
    context: new Map(context),
    policies: {
      identity: list("identity", "identity-based") ?? [],
      ...(boundary && { boundary }),
      ...(resource && { resource }),
      ...(serviceControl && { serviceControl }),
    },
  };
  return request;
}

const policy = (...statements: object[]) => ({ Version: "2012-10-17", Statement: statements });
const ALLOW = { Effect: "Allow", Action: "orders:*", Resource: "*" };

test("names every statement that applies, and what each kind of policy says", () => {
  const explanation = explain(
    requestWith({
      identity: [policy({ ...ALLOW, Sid: "First" }, ALLOW)],
      boundary: [policy(ALLOW, { ...ALLOW, Effect: "Deny", Sid: "Never" })],
      levels: [policy({ ...ALLOW, Action: "iam:*" })],
    }),
  );
  expect(explanation.decision).toEqual({
    outcome: "explicitDeny",
    deniedBy: "permissions boundary",
    statements: [{ policyId: "test", policyType: "permissions boundary", index: 1, sid: "Never" }],
  });
  expect(explanation.matched).toEqual([
    { policyId: "test", policyType: "identity-based", index: 0, sid: "First", effect: "Allow" },
    { policyId: "test", policyType: "identity-based", index: 1, effect: "Allow" },
    { policyId: "test", policyType: "permissions boundary", index: 0, effect: "Allow" },
    {
      policyId: "test",
      policyType: "permissions boundary",
      index: 1,
      sid: "Never",
      effect: "Deny",
    },
  ]);
  expect(explanation.verdicts).toEqual([
    { policyType: "service control", outcome: "implicitDeny" },
    { policyType: "identity-based", outcome: "allowed" },
    { policyType: "permissions boundary", outcome: "explicitDeny" },
  ]);
});

test("a near miss says which conditions failed, with what was wanted and what was there", () => {
  const near = {
    ...ALLOW,
    Condition: {
      StringEquals: { "aws:PrincipalTag/Team": ["blue", "green"], "aws:username": "bob" },
      BoolIfExists: { "aws:MultiFactorAuthPresent": true },
      IpAddress: { "aws:SourceIp": "10.0.0.0/8" },
    },
  };
  const explanation = explain(
    requestWith({ identity: [policy({ ...ALLOW, Action: "iam:*" }, near)] }, [
      ["aws:username", "bob"],
      ["aws:sourceip", "203.0.113.7"],
    ]),
  );
  expect(explanation.nearMisses).toEqual([
    {
      statement: { policyId: "test", policyType: "identity-based", index: 1 },
      failed: {
        element: "condition",
        conditions: [
          {
            operator: "StringEquals",
            key: "aws:PrincipalTag/Team",
            wanted: ["blue", "green"],
            actual: undefined,
          },
          {
            operator: "IpAddress",
            key: "aws:SourceIp",
            wanted: ["10.0.0.0/8"],
            actual: "203.0.113.7",
          },
        ],
      },
    },
  ]);
  expect(explanation.askedKeys).toEqual([
    "aws:principaltag/team",
    "aws:username",
    "aws:multifactorauthpresent",
    "aws:sourceip",
  ]);
  expect(explanation.missingKeys).toEqual(["aws:principaltag/team", "aws:multifactorauthpresent"]);
});

test.each([
  ["action", [{ ...ALLOW, Action: "iam:*" }]],
  [
    "resource",
    [
      { ...ALLOW, Action: "iam:*" },
      { ...ALLOW, Resource: "arn:aws:orders:*:*:invoice/*" },
    ],
  ],
  ["resource", [{ Effect: "Allow", Action: "*", NotResource: RESOURCE }]],
])("the nearest fails by its %s", (element, statements) => {
  const { nearMisses } = explain(requestWith({ identity: [policy(...statements)] }));
  expect(nearMisses.map(({ failed }) => failed)).toEqual([{ element }]);
  expect(nearMisses[0]?.statement.index).toBe(statements.length - 1);
});

test("a near miss by its principal", () => {
  const statement = { ...ALLOW, Principal: { AWS: `arn:aws:iam::${ACCOUNT}:user/eve` } };
  const { nearMisses, decision } = explain({
    ...requestWith({ resource: [policy(statement)] }),
    resourceAccount: "444455556666",
  });
  expect(decision).toEqual({ outcome: "implicitDeny", missing: "resource-based", statements: [] });
  expect(nearMisses.map(({ failed }) => failed)).toEqual([{ element: "principal" }]);
});

test("names the near misses of the policies that should have allowed, and at most ten", () => {
  const others = Array.from({ length: 20 }, () => ({ ...ALLOW, Action: "iam:*" }));
  const { nearMisses } = explain(
    requestWith({ identity: [policy(ALLOW)], boundary: [policy(...others)] }),
  );
  expect(nearMisses).toHaveLength(10);
  expect(nearMisses.every(({ statement }) => statement.policyType === "permissions boundary")).toBe(
    true,
  );
});

test("keys of statements that speak of something else are not asked for", () => {
  const elsewhere = {
    ...ALLOW,
    Action: "iam:*",
    Condition: { Bool: { "aws:SecureTransport": "true" } },
  };
  expect(explain(requestWith({ identity: [policy(elsewhere)] })).askedKeys).toEqual([]);
});

test("a context that throws denies, and is explained as far as can be", () => {
  const condition = { ...ALLOW, Condition: { Bool: { "aws:SecureTransport": "true" } } };
  const context = {
    get(): never {
      throw new Error("no context today");
    },
  };
  const explanation = explain({ ...requestWith({ identity: [policy(condition)] }), context });
  expect(explanation.decision.outcome).toBe("implicitDeny");
  expect(explanation.missingKeys).toEqual(["aws:securetransport"]);
});
