import { expect, test } from "vitest";
import { type AuthorizationRequest, authorize, type PolicyType } from "../../packages/policy/src/index.ts";
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

function request(more: Partial<AuthorizationRequest["policies"]>, context = new Map<string, string>()) {
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
      serviceControl: [policies("service control", ALLOW), policies("service control", OTHER, ALLOW)],
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
  expect(authorize(request({ session: policies("session", ALLOW, { ...ALLOW, Effect: "Deny" }) }))).toEqual({
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

test("an action that only contains sts:AssumeRole needs no trust policy", () => {
  const allowed = request({ resource: [] });
  expect(authorize({ ...allowed, action: "xsts:AssumeRole" }).outcome).toBe("allowed");
  expect(authorize({ ...allowed, action: "STS:ASSUMEROLEWITHSAML" })).toMatchObject({
    missing: "role trust",
  });
});

test("a resource-based policy stays one, whatever the action", () => {
  const other = policies("resource-based", { ...ALLOW, Principal: { AWS: "444455556666" } });
  expect(authorize({ ...request({ resource: other }), action: "sts:AssumeRole" }).outcome).toBe("allowed");
});
