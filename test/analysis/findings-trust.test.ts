import { expect, test } from "vitest";
import { ACCOUNT, role, roleArn, trusting } from "./account.ts";
import { brief, findingsOf, OWN } from "./findings.ts";

test.each([
  ["of everyone", { AWS: "*" }, {}, "PublicAccess", "CRITICAL"],
  [
    "of everyone in an organization",
    { AWS: "*" },
    { Condition: { StringEquals: { "aws:PrincipalOrgID": "o-1" } } },
    "ExternalAccess",
    "LOW",
  ],
  [
    "of everyone in an account that is trusted",
    { AWS: "*" },
    { Condition: { StringEquals: { "aws:PrincipalAccount": ACCOUNT } } },
    undefined,
    undefined,
  ],
  ["of another account", { AWS: "444455556666" }, {}, "ExternalAccess", "MEDIUM"],
  [
    "of a role there, with an external id",
    { AWS: "arn:aws:iam::444455556666:role/x" },
    { Condition: { StringEquals: { "sts:ExternalId": "7" } } },
    "ExternalAccess",
    "LOW",
  ],
  ["of the account itself", OWN, {}, undefined, undefined],
  ["of a service", { Service: "lambda.amazonaws.com" }, {}, undefined, undefined],
])("trust %s", (_, principal, more, kind, severity) => {
  const found = findingsOf({ RoleDetailList: [role("app", trusting(principal, more))] });
  expect(brief(found)).toEqual(kind === undefined ? [] : [[kind, severity, roleArn("app")]]);
});

test("trust of a public provider is public unless a condition tells whose token it is", () => {
  const trust = (Condition: object) =>
    trusting(
      { Federated: "token.actions.githubusercontent.com" },
      { Action: "sts:AssumeRoleWithWebIdentity", Condition },
    );
  const kinds = (Condition: object) =>
    findingsOf({ RoleDetailList: [role("ci", trust(Condition))] }).map(({ kind }) => kind);
  expect(
    kinds({ StringEquals: { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" } }),
  ).toEqual(["PublicAccess", "ExternalAccess"]);
  expect(kinds({ StringLike: { "token.actions.githubusercontent.com:sub": "repo:me/*" } })).toEqual(
    ["ExternalAccess"],
  );
});

test("accounts that are trusted are no finding", () => {
  const model = { RoleDetailList: [role("app", trusting({ AWS: "444455556666" }))] };
  expect(findingsOf(model, { trustedAccounts: ["444455556666"] })).toEqual([]);
});
