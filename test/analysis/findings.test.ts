import { expect, test } from "vitest";
import {
  type AccountModel,
  analyzeAccount,
  type FindingsOptions,
} from "../../packages/analysis/src/index.ts";
import {
  allow,
  credentialRow,
  deny,
  doc,
  largeAccount,
  managed,
  policyArn,
  role,
  roleArn,
  trusting,
  user,
  userArn,
} from "./account.ts";
import { brief, findingsOf, NOW, OWN } from "./findings.ts";
import { SERVICES } from "./services.ts";

test("an account in which nothing is wrong has no finding", () => {
  const bob = user("bob", doc(allow("orders:*", "arn:aws:orders:*:*:order/*")));
  expect(
    findingsOf(
      {
        UserDetailList: [bob],
        RoleDetailList: [role("app", trusting(OWN), doc(allow("orders:ListOrders")))],
      },
      { services: SERVICES, now: NOW },
    ),
  ).toEqual([]);
});

test("administrators are who may do all, whatever limits them counts", () => {
  const admin = doc(allow("*"));
  const model: AccountModel = {
    Policies: [managed("Limit", doc(allow("orders:*")))],
    UserDetailList: [
      user("root2", admin),
      user("limited", admin, {
        PermissionsBoundary: { PermissionsBoundaryArn: policyArn("Limit") },
      }),
      user("denied", doc(allow("*"), deny("iam:*"))),
      user(
        "withMfa",
        doc(allow("*", "*", { Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } } })),
      ),
    ],
  };
  const administrators = findingsOf(model).filter(({ kind }) => kind === "Administrator");
  expect(brief(administrators)).toEqual([
    ["Administrator", "HIGH", userArn("root2")],
    ["Administrator", "MEDIUM", userArn("withMfa")],
  ]);
  const levels = [[{ PolicyName: "Deny", PolicyDocument: doc(allow("*"), deny("iam:*")) }]];
  expect(
    findingsOf({ ...model, ServiceControlPolicies: levels }).filter(
      ({ kind }) => kind === "Administrator",
    ),
  ).toEqual([]);
});

test("policies that say nothing, or of what there is not", () => {
  const model: AccountModel = {
    Policies: [managed("Typo", doc(allow("orders:GetOrders", "arn:aws:orders:*:*:order/*")))],
    UserDetailList: [user("eve", doc(allow("orders:GetOrder"), deny("*"))), user("bad", "{")],
    RoleDetailList: [role("gone", trusting({ AWS: ["AIDADELETEDUSER000001", userArn("nobody")] }))],
  };
  expect(brief(findingsOf(model, { services: SERVICES }))).toEqual([
    ["InvalidPolicy", "HIGH", userArn("bad")],
    ["UnknownAction", "LOW", policyArn("Typo")],
    ["IneffectiveStatement", "LOW", userArn("eve")],
    ["UnassumableRole", "LOW", roleArn("gone")],
  ]);
});

test("a finding keeps its id as long as its matter lasts, and no two have the same", () => {
  const model: AccountModel = {
    UserDetailList: [user("eve", doc(allow("*"))), user("joe", doc(allow("iam:PutUserPolicy")))],
    RoleDetailList: [role("app", trusting({ AWS: ["444455556666", "777788889999"] }))],
  };
  const ids = findingsOf(model).map(({ id }) => id);
  expect(new Set(ids).size).toBe(4);
  const later = { ...model, UserDetailList: [user("zoe"), ...model.UserDetailList!] };
  expect(
    findingsOf(later)
      .map(({ id }) => id)
      .sort(),
  ).toEqual([...ids].sort());
  expect(
    ids.every((id) => /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(id)),
  ).toBe(true);
});

test("each part of an analysis finds what the whole finds of it", () => {
  const model: AccountModel = {
    UserDetailList: [
      user("eve", doc(allow("*"))),
      user("joe", doc(allow("iam:PutUserPolicy"), allow("orders:Fetch"))),
    ],
    RoleDetailList: [role("app", trusting({ AWS: "444455556666" }))],
  };
  const options: FindingsOptions = {
    services: SERVICES,
    now: NOW,
    usage: { credentialReport: [credentialRow("joe", { password_enabled: "true" })] },
  };
  const whole = findingsOf(model, options);
  const kindsOf = (...parts: NonNullable<FindingsOptions["parts"]>) => {
    const found = findingsOf(model, { ...options, parts });
    const ids = new Set(found.map(({ id }) => id));
    expect(found).toEqual(whole.filter(({ id }) => ids.has(id)));
    return found.map(({ kind }) => kind);
  };
  expect(kindsOf("policies")).toEqual(["UnknownAction"]);
  expect(kindsOf("principals")).toEqual(["Administrator", "ExternalAccess"]);
  expect(kindsOf("escalation")).toEqual(["Administrator", "PrivilegeEscalation", "ExternalAccess"]);
  expect(kindsOf("usage")).toEqual(["UnusedPassword", "UnusedUser"]);
  expect(kindsOf("policies", "escalation", "usage")).toHaveLength(whole.length);
  expect(kindsOf()).toEqual([]);
});

test("documents come as text, percent-encoded or as objects", () => {
  const text = doc(allow("*"));
  const models = [text, encodeURIComponent(text), JSON.parse(text)].map((PolicyDocument) => ({
    UserDetailList: [{ ...user("eve"), UserPolicyList: [{ PolicyName: "p", PolicyDocument }] }],
  }));
  for (const model of models)
    expect(brief(findingsOf(model))).toEqual([["Administrator", "HIGH", userArn("eve")]]);
});

test("10,000 principals take 30 seconds and 500 MB at most, in slices of 50 ms", () => {
  const work = analyzeAccount(largeAccount(9_000, 1_000), { services: SERVICES, now: NOW });
  const memoryBefore = process.memoryUsage().heapUsed;
  const slices: number[] = [];
  let memory = 0;
  for (let done = false; !done; ) {
    // Processor time: other processes of a busy machine do not count.
    const before = process.cpuUsage();
    done = work.next().done === true;
    const { user, system } = process.cpuUsage(before);
    slices.push((user + system) / 1000);
    memory = Math.max(memory, process.memoryUsage().heapUsed - memoryBefore);
  }
  const sorted = slices.sort((a, b) => a - b);
  expect(slices.reduce((sum, time) => sum + time, 0)).toBeLessThan(30_000);
  // A garbage collection may fall into a slice.
  expect(sorted[Math.floor(sorted.length * 0.999)]).toBeLessThan(50);
  expect(memory / 2 ** 20).toBeLessThan(500);
}, 60_000);
