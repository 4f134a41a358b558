import {
  AddUserToGroupCommand,
  CreateGroupCommand,
  CreateUserCommand,
  GetContextKeysForCustomPolicyCommand,
  GetContextKeysForPrincipalPolicyCommand,
  type IAMClient,
  PutGroupPolicyCommand,
  PutUserPolicyCommand,
  SimulateCustomPolicyCommand,
  type SimulateCustomPolicyCommandInput,
} from "@aws-sdk/client-iam";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { invalidInput } from "../../support/expected.ts";
import { startInstallation, type TestInstallation } from "../../support/harness.ts";
import { policy, refusal } from "../../support/refusal.ts";

let installation: TestInstallation;
let iam: IAMClient;
let account: string;
beforeAll(async () => {
  installation = await startInstallation();
  ({ iam, account } = installation);
});
afterAll(() => installation?.stop());

const BUCKET = "arn:aws:s3:::bucket";
const custom = async (
  input: Omit<SimulateCustomPolicyCommandInput, "PolicyInputList"> & { policies: string[] },
) => {
  const { policies, ...rest } = input;
  return iam.send(new SimulateCustomPolicyCommand({ PolicyInputList: policies, ...rest }));
};
const decisions = async (input: Parameters<typeof custom>[0]) =>
  (await custom(input)).EvaluationResults?.map(({ EvalDecision }) => EvalDecision);
const arn = (resource: string) => `arn:aws:iam::${account}:${resource}`;
const conditional = (Action: string, equal: object) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: { Effect: "Allow", Action, Resource: "*", Condition: { StringEquals: equal } },
  });

describe("SimulateCustomPolicy", () => {
  test("without resources the answer is about `*`, and has no results for each", async () => {
    const { EvaluationResults } = await custom({
      policies: [policy("Allow", "s3:Get*")],
      ActionNames: ["s3:GetObject"],
    });
    expect(EvaluationResults).toEqual([
      {
        EvalActionName: "s3:GetObject",
        EvalResourceName: "*",
        EvalDecision: "allowed",
        MatchedStatements: [
          {
            SourcePolicyId: "PolicyInputList.1",
            SourcePolicyType: "IAM Policy",
            StartPosition: { Line: 1, Column: expect.any(Number) },
            EndPosition: { Line: 1, Column: expect.any(Number) },
          },
        ],
        MissingContextValues: [],
        EvalDecisionDetails: {},
      },
    ]);
  });

  test("of several resources the most restrictive decides for all", async () => {
    const resources = [`${BUCKET}/a`, `${BUCKET}/b`, "arn:aws:s3:::other/a"];
    const policies = [
      policy("Allow", "s3:*", `${BUCKET}/*`),
      policy("Deny", "s3:*", `${BUCKET}/b`),
    ];
    const { EvaluationResults } = await custom({
      policies,
      ActionNames: ["s3:GetObject"],
      ResourceArns: resources,
    });
    expect(EvaluationResults?.[0]).toMatchObject({
      EvalResourceName: "*",
      EvalDecision: "explicitDeny",
    });
    expect(
      EvaluationResults?.[0]?.MatchedStatements?.map(({ SourcePolicyId }) => SourcePolicyId),
    ).toEqual(["PolicyInputList.1", "PolicyInputList.2"]);
    expect(
      EvaluationResults?.[0]?.ResourceSpecificResults?.map((one) => [
        one.EvalResourceName,
        one.EvalResourceDecision,
        one.MatchedStatements?.length,
      ]),
    ).toEqual([
      [resources[0], "allowed", 1],
      [resources[1], "explicitDeny", 1],
      [resources[2], "implicitDeny", 0],
    ]);
  });

  test("statements are placed in documents of many lines", async () => {
    const pretty = JSON.stringify(JSON.parse(policy("Allow", "s3:*")), null, 4);
    const { EvaluationResults } = await custom({
      policies: [pretty],
      ActionNames: ["s3:GetObject"],
    });
    const [statement] = EvaluationResults?.[0]?.MatchedStatements ?? [];
    expect([statement?.StartPosition?.Line, statement?.EndPosition?.Line]).toEqual([4, 8]);
  });

  test("a boundary that denies shows the allow beside the deny", async () => {
    const { EvaluationResults } = await custom({
      policies: [policy("Allow", "*")],
      PermissionsBoundaryPolicyInputList: [policy("Deny", "s3:*")],
      ActionNames: ["s3:GetObject"],
    });
    expect(EvaluationResults?.[0]).toMatchObject({
      EvalDecision: "explicitDeny",
      PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false },
      MatchedStatements: [
        { SourcePolicyType: "IAM Policy" },
        { SourcePolicyType: "Permissions Boundary Policy" },
      ],
    });
  });

  test("each level of the organization must allow, and its statements stay unseen", async () => {
    const all = policy("Allow", "*");
    const levels = (...documents: string[][]) =>
      documents.map((ServiceControlPolicyInputList) => ({ ServiceControlPolicyInputList }));
    const outcome = async (OrderedOrganizationPolicyInputList: ReturnType<typeof levels>) => {
      const { EvaluationResults } = await custom({
        policies: [all],
        ActionNames: ["s3:GetObject"],
        OrderedOrganizationPolicyInputList,
      });
      const { EvalDecision, OrganizationsDecisionDetail, MatchedStatements } =
        EvaluationResults?.[0] ?? {};
      return [
        EvalDecision,
        OrganizationsDecisionDetail?.AllowedByOrganizations,
        MatchedStatements?.length,
      ];
    };
    expect(await outcome(levels([all], [all]))).toEqual(["allowed", true, 1]);
    expect(await outcome(levels([all], [policy("Allow", "sqs:*")]))).toEqual([
      "implicitDeny",
      false,
      1,
    ]);
    expect(await outcome(levels([all], [all, policy("Deny", "s3:*")]))).toEqual([
      "explicitDeny",
      false,
      1,
    ]);
  });

  test("context: given values decide, missing ones are named as the document spells them", async () => {
    const document = JSON.stringify({
      Version: "2012-10-17",
      Statement: {
        Effect: "Allow",
        Action: "s3:*",
        Resource: "*",
        Condition: {
          IpAddress: { "aws:SourceIp": "203.0.113.0/24" },
          "ForAllValues:StringEquals": { "aws:TagKeys": ["a", "b"] },
        },
      },
    });
    const base = { policies: [document], ActionNames: ["s3:GetObject"] };
    const ip = (value: string) => ({
      ContextKeyName: "AWS:SOURCEIP",
      ContextKeyType: "ip" as const,
      ContextKeyValues: [value],
    });
    const keys = (...ContextKeyValues: string[]) => ({
      ContextKeyName: "aws:TagKeys",
      ContextKeyType: "stringList" as const,
      ContextKeyValues,
    });
    const { EvaluationResults } = await custom(base);
    expect(EvaluationResults?.[0]).toMatchObject({
      EvalDecision: "implicitDeny",
      MissingContextValues: expect.arrayContaining(["aws:SourceIp"]),
    });
    expect(
      await decisions({ ...base, ContextEntries: [ip("203.0.113.9"), keys("a", "b")] }),
    ).toEqual(["allowed"]);
    expect(
      await decisions({ ...base, ContextEntries: [ip("203.0.113.9"), keys("a", "c")] }),
    ).toEqual(["implicitDeny"]);
    expect(await decisions({ ...base, ContextEntries: [ip("198.51.100.1"), keys("a")] })).toEqual([
      "implicitDeny",
    ]);
    const two = {
      ContextKeyName: "aws:SourceIp",
      ContextKeyType: "ip" as const,
      ContextKeyValues: ["203.0.113.9", "203.0.113.8"],
    };
    expect(await refusal(custom({ ...base, ContextEntries: [two] }))).toMatchObject({
      code: "InvalidInput",
    });
  });

  test("a resource's policy: in the account it suffices, across accounts both sides must allow", async () => {
    await iam.send(new CreateUserCommand({ UserName: "visitor" }));
    const CallerArn = arn("user/visitor");
    const ResourcePolicy = JSON.stringify({
      Version: "2012-10-17",
      Statement: {
        Effect: "Allow",
        Principal: { AWS: CallerArn },
        Action: "s3:*",
        Resource: `${BUCKET}/*`,
      },
    });
    const base = {
      policies: [policy("Allow", "sqs:*")],
      ActionNames: ["s3:GetObject"],
      ResourceArns: [`${BUCKET}/a`],
      ResourcePolicy,
      CallerArn,
    };
    const inside = await custom(base);
    expect(inside.EvaluationResults?.[0]).toMatchObject({
      EvalDecision: "allowed",
      EvalDecisionDetails: {},
      MatchedStatements: [{ SourcePolicyType: "Resource Policy" }],
    });
    const across = await custom({ ...base, ResourceOwner: "arn:aws:iam::222222222222:root" });
    expect(across.EvaluationResults?.[0]).toMatchObject({
      EvalDecision: "implicitDeny",
      EvalDecisionDetails: { "IAM Policy": "implicitDeny", "Resource Policy": "allowed" },
    });
    const { CallerArn: _, ...anonymous } = base;
    expect(await refusal(custom(anonymous))).toMatchObject({ code: "InvalidInput" });
    const nobody = await custom({ ...base, CallerArn: arn("user/nobody-at-all") });
    expect(nobody.EvaluationResults?.[0]?.EvalDecision).toBe("implicitDeny");
    expect(await refusal(custom({ ...base, ResourceOwner: "somebody" }))).toMatchObject({
      code: "InvalidInput",
    });
  });

  test("the caller is what its ARN says, whether it exists or not", async () => {
    await iam.send(
      new CreateUserCommand({ UserName: "tagged", Tags: [{ Key: "team", Value: "red" }] }),
    );
    const policies = [
      conditional("s3:*", { "aws:username": "tagged", "aws:PrincipalAccount": account }),
      conditional("sqs:*", { "aws:PrincipalTag/team": "red" }),
      conditional("sns:*", { "aws:userid": "AIDA" }),
    ];
    const ActionNames = ["s3:GetObject", "sqs:SendMessage", "sns:Publish"];
    const here = await custom({ policies, ActionNames, CallerArn: arn("user/a/path/tagged") });
    expect(
      here.EvaluationResults?.map((one) => [one.EvalDecision, one.MissingContextValues]),
    ).toEqual([
      ["allowed", []],
      // Nothing of the user that has the name is told.
      ["implicitDeny", ["aws:PrincipalTag/team"]],
      ["implicitDeny", ["aws:userid"]],
    ]);
    const elsewhere = await custom({
      policies,
      ActionNames: ["s3:GetObject"],
      CallerArn: "arn:aws:iam::999999999999:user/tagged",
    });
    expect(elsewhere.EvaluationResults?.[0]?.EvalDecision).toBe("implicitDeny");
    for (const CallerArn of [
      arn("role/tagged"),
      arn("root"),
      arn("user/"),
      "arn:aws:sts::100000000000:assumed-role/a/b",
    ]) {
      expect(await refusal(custom({ policies, ActionNames, CallerArn }))).toEqual(
        invalidInput(`Invalid Caller Arn: ${CallerArn} is not a user's.`),
      );
    }
  });

  test("a role's trust policy as ResourcePolicy decides who may assume the role", async () => {
    const CallerArn = arn("user/simulated-visitor");
    const trusting = (statement: object) =>
      JSON.stringify({
        Version: "2012-10-17",
        Statement: { Principal: { AWS: CallerArn }, Action: "sts:AssumeRole", ...statement },
      });
    const simulated = async (ResourcePolicy: string, more: object = {}) => {
      const answer = await custom({
        policies: [policy("Allow", "*")],
        ActionNames: ["sts:AssumeRole"],
        ResourceArns: [arn("role/any")],
        ResourcePolicy,
        CallerArn,
        ...more,
      });
      const [result] = answer.EvaluationResults ?? [];
      return [
        result?.EvalDecision,
        result?.MissingContextValues,
        result?.MatchedStatements?.map(({ SourcePolicyType }) => SourcePolicyType),
      ];
    };
    expect(await simulated(trusting({ Effect: "Allow" }))).toEqual([
      "allowed",
      [],
      ["Resource Policy", "IAM Policy"],
    ]);
    expect(await simulated(trusting({ Effect: "Deny" }))).toEqual([
      "explicitDeny",
      [],
      ["Resource Policy"],
    ]);
    const condition = { Bool: { "aws:MultiFactorAuthPresent": "true" } };
    const withMfa = trusting({ Effect: "Allow", Condition: condition });
    // A trust policy must allow, whatever the caller's own policies say.
    expect(await simulated(withMfa)).toEqual([
      "implicitDeny",
      ["aws:MultiFactorAuthPresent"],
      ["IAM Policy"],
    ]);
    const present = {
      ContextKeyName: "aws:MultiFactorAuthPresent",
      ContextKeyType: "boolean",
      ContextKeyValues: ["true"],
    };
    expect((await simulated(withMfa, { ContextEntries: [present] }))[0]).toBe("allowed");
    // It says nothing of other actions.
    expect((await simulated(withMfa, { ActionNames: ["s3:GetObject"] }))[0]).toBe("allowed");
    const across = await simulated(trusting({ Effect: "Allow" }), {
      ResourceArns: ["arn:aws:iam::222222222222:role/any"],
      policies: [policy("Allow", "s3:*")],
    });
    expect(across[0]).toBe("implicitDeny");
    expect(await refusal(simulated("{}"))).toMatchObject({ code: "InvalidInput" });
  });

  test("context keys that only organization policies ask for are named when they are missing", async () => {
    const scp = conditional("*", { "aws:RequestedRegion": "eu-west-1" });
    const answer = await custom({
      policies: [policy("Allow", "*")],
      ActionNames: ["s3:GetObject"],
      OrderedOrganizationPolicyInputList: [{ ServiceControlPolicyInputList: [scp] }],
    });
    expect(answer.EvaluationResults?.[0]).toMatchObject({
      EvalDecision: "implicitDeny",
      MissingContextValues: ["aws:RequestedRegion"],
    });
  });

  test("pages", async () => {
    const ActionNames = Array.from({ length: 5 }, (_, index) => `s3:Action${index}`);
    const base = { policies: [policy("Allow", "s3:*")], ActionNames };
    const first = await custom({ ...base, MaxItems: 2 });
    expect(first.EvaluationResults?.map(({ EvalActionName }) => EvalActionName)).toEqual(
      ActionNames.slice(0, 2),
    );
    expect(first.IsTruncated).toBe(true);
    const rest = await custom({ ...base, Marker: first.Marker });
    expect(rest.EvaluationResults?.map(({ EvalActionName }) => EvalActionName)).toEqual(
      ActionNames.slice(2),
    );
    expect(rest.IsTruncated).toBe(false);
    const forged = Buffer.from(JSON.stringify(["/slice/", "-1"])).toString("base64url");
    for (const Marker of ["x", forged])
      expect(await refusal(custom({ ...base, Marker }))).toMatchObject({ code: "ValidationError" });
  });

  test("what can't be simulated", async () => {
    const base = { policies: [policy("Allow", "*")], ActionNames: ["s3:GetObject"] };
    expect(await refusal(custom({ ...base, policies: ["{"] }))).toEqual(
      invalidInput("PolicyInputList.1 is no valid policy: Syntax errors in policy."),
    );
    expect(await refusal(custom({ ...base, ActionNames: ["GetObject"] }))).toEqual(
      invalidInput("Invalid Input Action: GetObject"),
    );
    expect(await refusal(custom({ ...base, ResourceArns: ["bucket"] }))).toEqual(
      invalidInput("Invalid Input Resource: bucket"),
    );
    const PermissionsBoundaryPolicyInputList = [policy("Allow", "*"), policy("Allow", "*")];
    expect(await refusal(custom({ ...base, PermissionsBoundaryPolicyInputList }))).toMatchObject({
      code: "InvalidInput",
    });
    const patterns = Array.from({ length: 250 }, (_, at) => `arn:aws:s3:::*aaaab${at}*`);
    const slow = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "*", Resource: patterns }],
    });
    const policies = Array.from({ length: 40 }, () => slow);
    const ResourceArns = [`arn:aws:s3:::${"a".repeat(1800)}`];
    expect(await refusal(custom({ ...base, policies, ResourceArns }))).toEqual({
      code: "PolicyEvaluation",
      message: `The request failed because a provided policy could not be successfully evaluated: s3:GetObject on ${ResourceArns[0]} takes too many steps.`,
      status: 500,
    });
  });
});

describe("context keys", () => {
  const asking = (...keys: string[]) =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: {
        Effect: "Allow",
        Action: "s3:*",
        Resource: "*",
        Condition: { StringEquals: Object.fromEntries(keys.map((key) => [key, "x"])) },
      },
    });

  test("of policies, each once, in the spelling that comes first", async () => {
    const PolicyInputList = [
      asking("aws:Referer", "aws:UserAgent"),
      asking("AWS:REFERER", "aws:PrincipalTag/Team"),
    ];
    const { ContextKeyNames } = await iam.send(
      new GetContextKeysForCustomPolicyCommand({ PolicyInputList }),
    );
    expect(ContextKeyNames).toEqual(["aws:Referer", "aws:UserAgent", "aws:PrincipalTag/Team"]);
    expect(
      await refusal(
        iam.send(new GetContextKeysForCustomPolicyCommand({ PolicyInputList: ["[]"] })),
      ),
    ).toMatchObject({ code: "InvalidInput" });
  });

  test("of a user: its own policies', its groups', and those sent along", async () => {
    await iam.send(new CreateUserCommand({ UserName: "keys" }));
    await iam.send(new CreateGroupCommand({ GroupName: "keys" }));
    await iam.send(new AddUserToGroupCommand({ UserName: "keys", GroupName: "keys" }));
    await iam.send(
      new PutUserPolicyCommand({
        UserName: "keys",
        PolicyName: "p",
        PolicyDocument: asking("aws:Referer"),
      }),
    );
    await iam.send(
      new PutGroupPolicyCommand({
        GroupName: "keys",
        PolicyName: "p",
        PolicyDocument: asking("aws:UserAgent"),
      }),
    );
    const { ContextKeyNames } = await iam.send(
      new GetContextKeysForPrincipalPolicyCommand({
        PolicySourceArn: arn("user/keys"),
        PolicyInputList: [asking("s3:prefix")],
      }),
    );
    expect(ContextKeyNames).toEqual(["aws:Referer", "aws:UserAgent", "s3:prefix"]);
  });
});
