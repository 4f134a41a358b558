import {
  cannedPolicies,
  cannedPoliciesOf,
  cannedPolicy,
  isCannedArn,
  knownServices,
  offerCannedPolicies,
} from "@portcullis/iam/canned";
import { authorize, compilePolicy, parsePolicy } from "@portcullis/policy";
import { describe, expect, test } from "vitest";
import { serviceLinkedRoles } from "../../../packages/iam/src/canned/service-linked-role.ts";

const arnOf = (name: string) => `arn:aws:iam::aws:policy/${name}`;
const ORDERS = {
  service: "my-orders",
  routes: {
    "GET /orders": { action: "my-orders:ListOrders" },
    "HEAD /orders/{id}": { action: "my-orders:GetOrder" },
    "GET /orders/{id}": { action: "my-orders:GetOrder" },
    "POST /orders": { action: "my-orders:CreateOrder" },
    "GET /orders/{id}/cancel": { action: "my-orders:CancelOrder" },
    "DELETE /orders/{id}": { action: "my-orders:CancelOrder" },
  },
};

function may(arn: string, action: string, resource = "*"): boolean {
  const parsed = parsePolicy(cannedPolicy(arn)?.document ?? "", "identity");
  if (!parsed.ok) throw new Error(`${arn} is malformed`);
  const user = {
    type: "User",
    account: "111111111111",
    arn: "arn:aws:iam::111111111111:user/u",
    userId: "AIDAU",
  } as const;
  const { outcome } = authorize({
    principal: user,
    action,
    resource,
    context: new Map([["aws:username", "u"]]),
    policies: {
      identity: [compilePolicy(parsed.policy, { policyId: arn, type: "identity-based" })],
    },
  });
  return outcome === "allowed";
}

describe("canned policies", () => {
  test.each([
    "AdministratorAccess",
    "PowerUserAccess",
    "ReadOnlyAccess",
    "SecurityAudit",
    "IAMFullAccess",
    "IAMReadOnlyAccess",
    "IAMUserChangePassword",
    ...["Billing", "DatabaseAdministrator", "DataScientist", "NetworkAdministrator"].map(
      (job) => `job-function/${job}`,
    ),
    ...["SupportUser", "SystemAdministrator", "ViewOnlyAccess"].map((job) => `job-function/${job}`),
    "AmazonAPIGatewayInvokeFullAccess",
    "AmazonAPIGatewayAdministrator",
    ...["AmazonS3", "AmazonDynamoDB", "AmazonRDS", "AmazonEC2"].flatMap((name) => [
      `${name}FullAccess`,
      `${name}ReadOnlyAccess`,
    ]),
    "AWSLambda_FullAccess",
    "AWSLambda_ReadOnlyAccess",
    "root-task/IAMAuditRootUserCredentials",
    "root-task/IAMCreateRootUserPassword",
    "root-task/IAMDeleteRootUserCredentials",
    "root-task/S3UnlockBucketPolicy",
    "root-task/SQSUnlockQueuePolicy",
  ])("%s is there", (name) => {
    expect(cannedPolicy(arnOf(name))).toMatchObject({
      arn: arnOf(name),
      name: name.split("/").at(-1),
    });
  });

  test("each is valid, only allows if it can be attached, and has an id and a name", () => {
    const all = cannedPolicies();
    for (const { document, name, attachable } of all) {
      const parsed = parsePolicy(document, "identity");
      expect(parsed.ok, name).toBe(true);
      expect(
        parsed.ok && parsed.policy.statements.every(({ effect }) => effect === "Allow"),
        name,
      ).toBe(attachable);
    }
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(new Set(all.map(({ name }) => name.toLowerCase())).size).toBe(all.length);
    for (const { id } of all) expect(id).toMatch(/^ANPA[A-Z2-7]{17}$/);
  });

  test("each service-linked role has its policy", () => {
    for (const { policyName } of serviceLinkedRoles().values()) {
      expect(cannedPolicy(arnOf(`aws-service-role/${policyName}`)), policyName).toBeDefined();
    }
  });

  test("case counts, and strangers are told apart from what is unknown", () => {
    expect(cannedPolicy(arnOf("administratoraccess"))).toBeUndefined();
    expect(cannedPolicy(arnOf("__proto__"))).toBeUndefined();
    expect(
      [arnOf("Unknown"), "arn:aws:iam::111111111111:policy/AdministratorAccess"].map(isCannedArn),
    ).toEqual([true, false]);
  });

  test.each([
    ["PowerUserAccess", "s3:PutObject", true],
    ["PowerUserAccess", "orders:CreateOrder", true],
    ["PowerUserAccess", "iam:CreateUser", false],
    ["PowerUserAccess", "iam:ListRoles", true],
    ["ReadOnlyAccess", "s3:GetObject", true],
    ["ReadOnlyAccess", "s3:PutObject", false],
    ["ReadOnlyAccess", "iam:GetUser", true],
    ["ReadOnlyAccess", "secretsmanager:GetSecretValue", false],
    ["ReadOnlyAccess", "sts:GetFederationToken", false],
    ["SecurityAudit", "s3:GetBucketPolicy", true],
    ["SecurityAudit", "s3:GetObject", false],
    ["job-function/ViewOnlyAccess", "s3:ListBucket", true],
    ["job-function/ViewOnlyAccess", "s3:GetObject", false],
    ["IAMReadOnlyAccess", "iam:DeleteUser", false],
    ["AmazonS3ReadOnlyAccess", "s3:DeleteObject", false],
    ["AmazonEC2ReadOnlyAccess", "ec2:DescribeInstances", true],
    ["AmazonAPIGatewayAdministrator", "execute-api:Invoke", false],
  ])("%s: %s is %s", (name, action, allowed) => {
    expect(may(arnOf(name), action)).toBe(allowed);
  });

  test("what is about one's own user, or about APIs, is about nothing else", () => {
    const change = (user: string) =>
      may(
        arnOf("IAMUserChangePassword"),
        "iam:ChangePassword",
        `arn:aws:iam::111111111111:user/${user}`,
      );
    expect([change("u"), change("v")]).toEqual([true, false]);
    const api = "arn:aws:execute-api:us-east-1:111111111111:orders/prod/GET/x";
    expect(may(arnOf("AmazonAPIGatewayInvokeFullAccess"), "execute-api:Invoke", api)).toBe(true);
  });
});

describe("policies of protected APIs", () => {
  test("one for everything, one for what is only ever read; known once they are offered", () => {
    const policies = cannedPoliciesOf(ORDERS);
    expect(policies.map(({ name }) => name)).toEqual([
      "MyOrdersFullAccess",
      "MyOrdersReadOnlyAccess",
    ]);
    expect(cannedPolicy(arnOf("MyOrdersFullAccess"))).toBeUndefined();
    offerCannedPolicies(policies);
    const allowed = (name: string) =>
      Object.values(ORDERS.routes).map(({ action }) => may(arnOf(name), action));
    expect(allowed("MyOrdersFullAccess")).toEqual([true, true, true, true, true, true]);
    expect(allowed("MyOrdersReadOnlyAccess")).toEqual([true, true, true, false, false, false]);
    expect(cannedPolicies().map(({ name }) => name)).toContain("MyOrdersReadOnlyAccess");
    expect(knownServices().get("my-orders")).toBe("my-orders");
  });

  test("an API that only writes has nothing to read", () => {
    const routes = { "POST /x": { action: "w:Write" } };
    expect(cannedPoliciesOf({ service: "w", routes }).map(({ name }) => name)).toEqual([
      "WFullAccess",
    ]);
  });
});
