import {
  CreateRoleCommand,
  GetUserCommand,
  PutUserPolicyCommand,
  TagUserCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  startInstallation,
  type TestCredentials,
  type TestInstallation,
} from "../../support/harness.ts";
import { user } from "../../support/people.ts";

/** IAM UG/reference_policies_condition-keys, in live decisions of the control API. */
let installation: TestInstallation;
let bob: TestCredentials;
let userId: string;
beforeAll(async () => {
  installation = await startInstallation();
  bob = await user(installation, "bob");
  await installation.iam.send(
    new TagUserCommand({ UserName: "bob", Tags: [{ Key: "Team", Value: "red" }] }),
  );
  const { User } = await installation.iam.send(new GetUserCommand({ UserName: "bob" }));
  userId = User?.UserId ?? "";
});
afterAll(() => installation.stop());

const statement = (
  Action: string | string[],
  operator: string,
  key: string,
  value: string | string[],
) => ({
  Effect: "Allow",
  Action,
  Condition: { [operator]: { [key]: value } },
});
const documentOf = (one: object) => JSON.stringify({ Version: "2012-10-17", Statement: [one] });
const outcome = (sent: Promise<unknown>): Promise<string> =>
  sent.then(
    () => "allowed",
    (error: Error) => error.name,
  );

it("what a request to IAM tells of its caller and of itself", async () => {
  const client = installation.iamAs(bob);
  client.middlewareStack.add(
    (next) => (sent) => {
      const { headers } = sent.request as { headers: Record<string, string> };
      headers.referer = "https://app.example/";
      return next(sent);
    },
    { step: "build" },
  );
  const { account } = installation;
  const day = 86_400_000;
  const at = (shift: number) => new Date(Date.now() + shift).toISOString();
  const keys: [
    operator: string,
    key: string,
    right: string | string[],
    wrong: string | string[],
  ][] = [
    ["StringEquals", "aws:username", "bob", "Bob"],
    ["StringEquals", "aws:userid", userId, "AIDAOTHER"],
    [
      "ArnEquals",
      "aws:PrincipalArn",
      `arn:aws:iam::${account}:user/bob`,
      `arn:aws:iam::${account}:user/b`,
    ],
    ["StringEquals", "aws:PrincipalAccount", account, "999988887777"],
    ["StringEquals", "aws:PrincipalType", "User", "AssumedRole"],
    ["StringEquals", "aws:PrincipalTag/team", "red", "blue"],
    ["StringEquals", "aws:ResourceTag/team", "red", "blue"],
    ["StringEquals", "aws:RequestTag/Dept", "x", "y"],
    ["ForAllValues:StringEquals", "aws:TagKeys", ["Dept", "Team"], ["Team"]],
    ["IpAddress", "aws:SourceIp", ["127.0.0.1", "::1"], "203.0.113.0/24"],
    ["StringLike", "aws:UserAgent", "*aws-sdk-js/*", "curl*"],
    ["StringEquals", "aws:Referer", "https://app.example/", "https://elsewhere.example/"],
    ["DateGreaterThan", "aws:CurrentTime", at(-day), at(day)],
    ["NumericLessThan", "aws:EpochTime", `${Date.now() / 1000 + 86_400}`, "1700000000"],
    ["DateGreaterThan", "aws:EpochTime", at(-day), at(day)],
    ["Null", "aws:SecureTransport", "false", "true"],
    ["Null", "aws:MultiFactorAuthPresent", "true", "false"],
    ["Null", "aws:TokenIssueTime", "true", "false"],
  ];
  for (const [operator, key, right, wrong] of keys) {
    for (const [value, wanted] of [
      [right, "allowed"],
      [wrong, "AccessDenied"],
    ] as const) {
      const PolicyDocument = documentOf({
        ...statement("iam:TagUser", operator, key, value),
        Resource: "*",
      });
      await installation.iam.send(
        new PutUserPolicyCommand({ UserName: "bob", PolicyName: "own", PolicyDocument }),
      );
      const sent = client.send(
        new TagUserCommand({ UserName: "bob", Tags: [{ Key: "Dept", Value: "x" }] }),
      );
      expect([key, value, await outcome(sent)]).toEqual([key, value, wanted]);
    }
  }
});

it("what a request for a role tells", async () => {
  const { account } = installation;
  const trust = (...[operator, key, value]: [string, string, string | string[]]) =>
    documentOf({
      ...statement(
        ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"],
        operator,
        key,
        value,
      ),
      Principal: { AWS: `arn:aws:iam::${account}:user/bob` },
    });
  await installation.iam.send(
    new CreateRoleCommand({
      RoleName: "asked",
      AssumeRolePolicyDocument: trust("StringEquals", "aws:username", "nobody"),
    }),
  );
  const keys: [
    operator: string,
    key: string,
    right: string | string[],
    wrong: string | string[],
  ][] = [
    ["StringEquals", "sts:ExternalId", "e-12", "e-13"],
    ["StringEquals", "sts:RoleSessionName", "one", "two"],
    ["StringEquals", "sts:SourceIdentity", "alice", "bob"],
    ["ForAllValues:StringEquals", "sts:TransitiveTagKeys", ["Dept"], ["Other"]],
    ["ForAnyValue:StringEquals", "aws:TagKeys", "Team", "Other"],
    ["StringEquals", "aws:RequestTag/Dept", "x", "y"],
  ];
  for (const [operator, key, right, wrong] of keys) {
    for (const [value, wanted] of [
      [right, "allowed"],
      [wrong, "AccessDenied"],
    ] as const) {
      const PolicyDocument = trust(operator, key, value);
      await installation.iam.send(
        new UpdateAssumeRolePolicyCommand({ RoleName: "asked", PolicyDocument }),
      );
      const sent = installation.stsAs(bob).send(
        new AssumeRoleCommand({
          RoleArn: `arn:aws:iam::${account}:role/asked`,
          RoleSessionName: "one",
          ExternalId: "e-12",
          SourceIdentity: "alice",
          Tags: [
            { Key: "Dept", Value: "x" },
            { Key: "Team", Value: "red" },
          ],
          TransitiveTagKeys: ["Dept"],
        }),
      );
      expect([key, value, await outcome(sent)]).toEqual([key, value, wanted]);
    }
  }
});
