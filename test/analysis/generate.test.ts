// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ARN formats and policy variables are written so
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type AccessRecord,
  generatePolicy,
  lintPolicy,
  smallestStatement,
} from "../../packages/analysis/src/index.ts";
import {
  type ApplicablePolicies,
  type AuthorizationRequest,
  authorize,
  type CompiledPolicy,
  compilePolicy,
  type PolicyKind,
  type PolicyType,
  type Principal,
  parsePolicy,
  policySize,
} from "../../packages/policy/src/index.ts";
import { ACCOUNT, allow, deny, doc, roleArn, trusting, userArn } from "./account.ts";
import { SERVICES } from "./services.ts";

const order = (id: string, region = "us-east-1") =>
  `arn:aws:orders:${region}:${ACCOUNT}:order/${id}`;
const BOB: Principal = {
  type: "User",
  account: ACCOUNT,
  arn: userArn("bob"),
  userId: "AIDABOB0000000000001",
};

function compiled(
  text: string,
  type: PolicyType = "identity-based",
  kind: PolicyKind = "identity",
): CompiledPolicy {
  const parsed = parsePolicy(text, kind);
  if (!parsed.ok) throw new Error(`${JSON.stringify(parsed.issues)} in ${text}`);
  return compilePolicy(parsed.policy, { policyId: "p", type });
}

const requestOf = (more: Partial<AuthorizationRequest> = {}): AuthorizationRequest => ({
  principal: BOB,
  action: "orders:GetOrder",
  resource: order("7"),
  context: new Map(),
  policies: { identity: [] },
  ...more,
});

const statementsOf = (records: readonly AccessRecord[], options = {}) =>
  generatePolicy(records, SERVICES, options).documents.map((text) =>
    JSON.parse(text).Statement.map(
      ({ Action, Resource }: { Action: unknown; Resource: unknown }) => [Action, Resource],
    ),
  );

test("what was seen once stays as it was, what varies becomes a star", () => {
  const records = [
    { action: "orders:GetOrder", resource: order("1") },
    { action: "orders:getorder", resource: order("2") },
    { action: "orders:DeleteOrder", resource: order("3") },
    { action: "orders:ListOrders", resource: "*" },
  ];
  expect(statementsOf(records)).toEqual([
    [
      [["orders:DeleteOrder"], [order("3")]],
      [["orders:GetOrder"], [order("*")]],
      [["orders:ListOrders"], ["*"]],
    ],
  ]);
  expect(statementsOf(records, { generalizeFrom: 3 })[0]?.[1]).toEqual([
    ["orders:GetOrder"],
    [order("1"), order("2")],
  ]);
});

test("actions on the same resources share a statement; each part of an ARN varies by itself", () => {
  const records = ["GetOrder", "DeleteOrder"].flatMap((name) =>
    ["us-east-1", "eu-west-1"].map((region) => ({
      action: `orders:${name}`,
      resource: order("7", region),
    })),
  );
  expect(statementsOf(records)).toEqual([
    [[["orders:DeleteOrder", "orders:GetOrder"], [order("7", "*")]]],
  ]);
});

test("names that look like wildcards or variables are literal in the policy", () => {
  const [[statement]] = statementsOf([
    { action: "orders:GetOrder", resource: order("a*b?${x}") },
  ]) as [[[unknown, unknown]]];
  expect(statement[1]).toEqual([order("a${*}b${?}${$}{x}")]);
});

test("records that no policy can hold are skipped, with the reason", () => {
  const { documents, skipped } = generatePolicy(
    [
      { action: "nonsense", resource: "*" },
      { action: "orders:GetOrder", resource: "order/7" },
      { action: "orders:GetOrder", resource: `arn:aws:orders:*:${ACCOUNT}:order/7` },
    ],
    SERVICES,
  );
  expect(documents).toEqual([]);
  expect(skipped.map(({ reason }) => reason)).toEqual([
    "The action is not written service:Action.",
    "The resource is no ARN.",
    "The resource's ARN has wildcards.",
  ]);
});

test("a policy that is too large becomes several, none beyond the size", () => {
  const records = Array.from({ length: 400 }, (_, at) => ({
    action: `other:Action${at}`,
    resource: `arn:aws:other:us-east-1:${ACCOUNT}:thing-${at}`,
  }));
  const { documents } = generatePolicy(records, SERVICES, { maxSize: 2048 });
  expect(documents.length).toBeGreaterThan(10);
  expect(Math.max(...documents.map(policySize))).toBeLessThanOrEqual(2048);
});

const record = fc.record({
  action: fc.constantFrom("orders:GetOrder", "orders:DeleteOrder", "orders:ListOrders", "other:Do"),
  resource: fc.oneof(
    fc.constant("*"),
    fc
      .string({ unit: fc.constantFrom("a", "*", "?", "$", "{", "}", "/", ":"), maxLength: 6 })
      .map((id) => order(id)),
    fc.constantFrom("arn:aws:other:::x", "arn:aws:other:::y/z"),
  ),
});

test("each record is allowed by what is generated from it, and the documents are good ones", () => {
  fc.assert(
    fc.property(
      fc.array(record, { minLength: 1, maxLength: 80 }),
      fc.constantFrom(2, 3, Number.POSITIVE_INFINITY),
      (records, generalizeFrom) => {
        const { documents, skipped } = generatePolicy(records, SERVICES, { generalizeFrom });
        expect(skipped).toEqual([]);
        const policies = { identity: documents.map((text) => compiled(text)) };
        for (const { action, resource } of records)
          expect(authorize(requestOf({ action, resource, policies })).outcome).toBe("allowed");
        for (const text of documents)
          expect(
            lintPolicy(text, { kind: "identity" }).findings.filter(
              ({ findingType }) => findingType === "ERROR",
            ),
          ).toEqual([]);
      },
    ),
    { seed: 20261129, numRuns: 300 },
  );
});

test("the smallest statement names just the action and the resource", () => {
  expect(smallestStatement(requestOf())).toEqual({
    outcome: "add",
    additions: [
      {
        policyType: "identity-based",
        statement: { Effect: "Allow", Action: "orders:GetOrder", Resource: order("7") },
      },
    ],
  });
  expect(
    smallestStatement(requestOf({ policies: { identity: [compiled(doc(allow("*")))] } })),
  ).toEqual({ outcome: "allowed" });
});

test("every type of policy that does not allow wants its statement", () => {
  const other = () => [compiled(doc(allow("iam:*")))];
  const policies: ApplicablePolicies = {
    identity: other(),
    boundary: other(),
    session: other(),
    serviceControl: [[compiled(doc(allow("*")))], other()],
  };
  const found = smallestStatement(requestOf({ policies }));
  expect(
    found.outcome === "add" && found.additions.map(({ policyType, level }) => [policyType, level]),
  ).toEqual([
    ["service control", 1],
    ["identity-based", undefined],
    ["permissions boundary", undefined],
    ["session", undefined],
  ]);
});

test("an explicit deny can't be outweighed, and is named", () => {
  const policies = { identity: [compiled(doc(allow("*"), deny("orders:*", "*", { Sid: "No" })))] };
  expect(smallestStatement(requestOf({ policies }))).toEqual({
    outcome: "denied",
    deniedBy: "identity-based",
    policyId: "p",
    statementIndex: 1,
    statementId: "No",
  });
});

test("a role's trust policy is told who to trust", () => {
  const policies = {
    identity: [],
    resource: [compiled(trusting({ AWS: userArn("ann") }), "role trust", "trust")],
  };
  const found = smallestStatement(
    requestOf({ action: "sts:AssumeRole", resource: roleArn("app"), policies }),
  );
  expect(found).toEqual({
    outcome: "add",
    additions: [
      {
        policyType: "role trust",
        statement: {
          Effect: "Allow",
          Action: "sts:AssumeRole",
          Principal: { AWS: userArn("bob") },
        },
      },
    ],
  });
});

test("resources with characters that patterns use are meant literally", () => {
  const resource = order("a*${aws:username}?");
  const found = smallestStatement(requestOf({ resource }));
  if (found.outcome !== "add") throw new Error(found.outcome);
  const policies = { identity: [compiled(doc(found.additions[0]!.statement))] };
  expect(authorize(requestOf({ resource, policies })).outcome).toBe("allowed");
  expect(
    authorize(
      requestOf({
        resource: order("axbobx"),
        policies,
        context: new Map([["aws:username", "bob"]]),
      }),
    ).outcome,
  ).toBe("implicitDeny");
});
