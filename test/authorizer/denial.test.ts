import { denialSentence } from "@portcullis/authorizer";
import type { Decision, PolicyType, Principal } from "@portcullis/policy";
import { expect, it } from "vitest";

/** AWS's sentences (IAM UG/troubleshoot_access-denied). */
const user: Principal = {
  type: "User",
  account: "123456789012",
  arn: "arn:aws:iam::123456789012:user/ana",
  userId: "AIDA",
};
type Denial = Exclude<Decision, { outcome: "allowed" }>;
const implicit = (missing: PolicyType, more: object = {}): Denial => ({
  outcome: "implicitDeny",
  missing,
  statements: [],
  ...more,
});
const explicit = (deniedBy: PolicyType): Denial => ({
  outcome: "explicitDeny",
  deniedBy,
  statements: [],
});
const because = (decision: Denial, resource = "arn:aws:a:::b", principal: Principal = user) =>
  denialSentence(principal, "orders:GetOrder", resource, decision);
const START =
  "User: arn:aws:iam::123456789012:user/ana is not authorized to perform: orders:GetOrder on resource: arn:aws:a:::b";

it.each([
  [
    implicit("identity-based"),
    "because no identity-based policy allows the orders:GetOrder action",
  ],
  [
    implicit("permissions boundary"),
    "because no permissions boundary allows the orders:GetOrder action",
  ],
  [implicit("session"), "because no session policy allows the orders:GetOrder action"],
  [
    implicit("service control"),
    "because no service control policy allows the orders:GetOrder action",
  ],
  [
    implicit("identity-based", { exceeded: "STEPS" }),
    "because its policies take more than the limit STEPS",
  ],
  [explicit("identity-based"), "with an explicit deny in an identity-based policy"],
  [explicit("session"), "with an explicit deny in a session policy"],
  [explicit("service control"), "with an explicit deny in a service control policy"],
  [explicit("resource-based"), "with an explicit deny in a resource-based policy"],
  [explicit("permissions boundary"), "with an explicit deny in a permissions boundary"],
])("%j reads: %s", (decision, reason) => {
  expect(because(decision)).toBe(`${START} ${reason}`);
});

it("leaves out a resource without a name, and names a caller without an ARN anonymous", () => {
  expect(because(explicit("session"), "", { type: "Anonymous" })).toBe(
    "User: anonymous is not authorized to perform: orders:GetOrder with an explicit deny in a session policy",
  );
});
