import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  GetContextKeysForPrincipalPolicyCommand,
  type IAMClient,
  PutGroupPolicyCommand,
  PutUserPolicyCommand,
  SimulateCustomPolicyCommand,
  type SimulateCustomPolicyCommandInput,
  SimulatePrincipalPolicyCommand,
  type SimulatePrincipalPolicyCommandInput,
} from "@aws-sdk/client-iam";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { invalidInput, noSuchEntity } from "../../support/expected.ts";
import { startInstallation, type TestInstallation } from "../../support/harness.ts";
import { policy, refusal } from "../../support/refusal.ts";
import { roleTrust } from "../../support/trust.ts";

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
const principal = (input: SimulatePrincipalPolicyCommandInput) =>
  iam.send(new SimulatePrincipalPolicyCommand(input));
const arn = (resource: string) => `arn:aws:iam::${account}:${resource}`;

describe("SimulatePrincipalPolicy", () => {
  // One line, one statement that is no list: as AWS was recorded to answer it.
  const ONE_LINE = `{"Version": "2012-10-17", "Statement": {"Sid": "", "Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"}}`;

  test.each(["user", "group", "role"] as const)(
    "the policies of a %s: what is allowed, by which statement, and what is not",
    async (type) => {
      const name = `recorded-${type}`;
      const { Policy } = await iam.send(
        new CreatePolicyCommand({ PolicyName: name, PolicyDocument: ONE_LINE }),
      );
      const PolicyArn = Policy?.Arn;
      if (type === "user") {
        await iam.send(new CreateUserCommand({ UserName: name }));
        await iam.send(new AttachUserPolicyCommand({ UserName: name, PolicyArn }));
      } else if (type === "group") {
        await iam.send(new CreateGroupCommand({ GroupName: name }));
        await iam.send(new AttachGroupPolicyCommand({ GroupName: name, PolicyArn }));
      } else {
        await iam.send(
          new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: roleTrust(account) }),
        );
        await iam.send(new AttachRolePolicyCommand({ RoleName: name, PolicyArn }));
      }
      const answer = await principal({
        PolicySourceArn: arn(`${type}/${name}`),
        ActionNames: ["s3:PutObject", "s3:GetObjectVersion"],
        ResourceArns: [BUCKET],
      });
      const statement = {
        SourcePolicyId: name,
        SourcePolicyType: "IAM Policy",
        StartPosition: { Line: 1, Column: ONE_LINE.indexOf("{", 1) + 2 },
        EndPosition: { Line: 1, Column: ONE_LINE.indexOf("}") + 2 },
      };
      const result = (
        EvalActionName: string,
        EvalDecision: string,
        MatchedStatements: unknown[],
      ) => ({
        EvalActionName,
        EvalResourceName: BUCKET,
        EvalDecision,
        MatchedStatements,
        MissingContextValues: [],
        EvalDecisionDetails: {},
        OrganizationsDecisionDetail: { AllowedByOrganizations: true },
        ResourceSpecificResults: [
          {
            EvalResourceName: BUCKET,
            EvalResourceDecision: EvalDecision,
            MatchedStatements,
            MissingContextValues: [],
          },
        ],
      });
      expect(answer.IsTruncated).toBe(false);
      expect(answer.EvaluationResults).toEqual([
        result("s3:PutObject", "allowed", [statement]),
        result("s3:GetObjectVersion", "implicitDeny", []),
      ]);
    },
  );

  test("a user has what its groups have; a boundary and further policies count; what is left out does not", async () => {
    const { Policy } = await iam.send(
      new CreatePolicyCommand({
        PolicyName: "bounds",
        PolicyDocument: policy("Allow", ["s3:*", "sqs:*"]),
      }),
    );
    await iam.send(
      new CreateUserCommand({
        UserName: "whole",
        PermissionsBoundary: Policy?.Arn,
        Tags: [{ Key: "Team", Value: "red" }],
      }),
    );
    await iam.send(new CreateGroupCommand({ GroupName: "whole" }));
    await iam.send(new AddUserToGroupCommand({ UserName: "whole", GroupName: "whole" }));
    await iam.send(
      new PutGroupPolicyCommand({
        GroupName: "whole",
        PolicyName: "p",
        PolicyDocument: policy("Allow", "s3:*"),
      }),
    );
    const conditional = JSON.stringify({
      Version: "2012-10-17",
      Statement: {
        Effect: "Allow",
        Action: "sqs:*",
        Resource: "*",
        Condition: { StringEquals: { "aws:PrincipalTag/team": "red", "aws:username": "whole" } },
      },
    });
    await iam.send(
      new PutUserPolicyCommand({ UserName: "whole", PolicyName: "p", PolicyDocument: conditional }),
    );
    await iam.send(
      new AttachUserPolicyCommand({
        UserName: "whole",
        PolicyArn: "arn:aws:iam::aws:policy/IAMReadOnlyAccess",
      }),
    );
    const base = {
      PolicySourceArn: arn("user/whole"),
      ActionNames: ["s3:Get", "sqs:Send", "iam:GetUser", "ec2:Run"],
    };
    const outcome = async (more: Partial<SimulatePrincipalPolicyCommandInput> = {}) =>
      (await principal({ ...base, ...more })).EvaluationResults?.map(
        ({ EvalDecision, PermissionsBoundaryDecisionDetail }) => [
          EvalDecision,
          PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary,
        ],
      );
    expect(await outcome()).toEqual([
      ["allowed", true],
      ["allowed", true],
      ["implicitDeny", false],
      ["implicitDeny", false],
    ]);
    expect((await outcome({ PolicyInputList: [policy("Deny", "s3:*")] }))?.slice(0, 2)).toEqual([
      ["explicitDeny", true],
      ["allowed", true],
    ]);
    expect(
      await outcome({ PermissionsBoundaryPolicyInputList: [policy("Allow", "iam:*")] }),
    ).toEqual([
      ["implicitDeny", false],
      ["implicitDeny", false],
      ["allowed", true],
      ["implicitDeny", false],
    ]);
    const without = (
      ...PolicyExclusionList: NonNullable<
        SimulatePrincipalPolicyCommandInput["PolicyExclusionList"]
      >
    ) => outcome({ PolicyExclusionList });
    expect(await without({ PolicyType: "permission-boundary" })).toEqual([
      ["allowed", undefined],
      ["allowed", undefined],
      ["allowed", undefined],
      ["implicitDeny", undefined],
    ]);
    expect(
      (await without({ PolicyType: "inline" }, { PolicyType: "permission-boundary" }))?.map(
        ([decision]) => decision,
      ),
    ).toEqual(["implicitDeny", "implicitDeny", "allowed", "implicitDeny"]);
    const group = { PolicyName: "p", AttachmentType: "group", AttachmentName: "wh*" } as const;
    expect(
      (await without({ InlinePolicyIdentifier: group }))?.map(([decision]) => decision),
    ).toEqual(["implicitDeny", "allowed", "implicitDeny", "implicitDeny"]);
    const canned = { PolicyArn: "arn:aws:iam::aws:policy/IAM*" };
    expect((await without(canned, { PolicyType: "permission-boundary" }))?.[2]).toEqual([
      "implicitDeny",
      undefined,
    ]);
    for (const wrong of [
      { PolicyArn: "arn:aws:iam::aws:policy/*a*" },
      { PolicyArn: "arn:aws:iam::aws:role/nothing" },
    ]) {
      expect(await refusal(without(wrong))).toMatchObject({ code: "InvalidInput" });
    }
  });

  test("a resource's policy needs a caller, which the user whose policies are simulated is", async () => {
    const UserName = "named-in-policy";
    await iam.send(new CreateUserCommand({ UserName }));
    await iam.send(
      new CreateRoleCommand({ RoleName: UserName, AssumeRolePolicyDocument: roleTrust(account) }),
    );
    await iam.send(new CreateGroupCommand({ GroupName: UserName }));
    const ResourcePolicy = JSON.stringify({
      Version: "2012-10-17",
      Statement: {
        Effect: "Allow",
        Principal: { AWS: arn(`user/${UserName}`) },
        Action: "s3:*",
        Resource: `${BUCKET}/*`,
      },
    });
    const base = { ActionNames: ["s3:GetObject"], ResourceArns: [`${BUCKET}/a`], ResourcePolicy };
    const outcome = async (PolicySourceArn: string, CallerArn?: string) =>
      (await principal({ ...base, PolicySourceArn, CallerArn })).EvaluationResults?.[0]
        ?.EvalDecision;
    expect(await outcome(arn(`user/${UserName}`))).toBe("allowed");
    expect(await outcome(arn(`role/${UserName}`), arn(`user/${UserName}`))).toBe("allowed");
    for (const type of ["role", "group"]) {
      const PolicySourceArn = arn(`${type}/${UserName}`);
      expect(await refusal(outcome(PolicySourceArn))).toEqual(
        invalidInput("CallerArn must be specified when ResourcePolicy is specified."),
      );
      const asCaller = invalidInput(`Invalid Caller Arn: ${PolicySourceArn} is not a user's.`);
      expect(await refusal(outcome(arn(`user/${UserName}`), PolicySourceArn))).toEqual(asCaller);
      expect(
        await refusal(
          custom({ ...base, policies: [policy("Allow", "*")], CallerArn: PolicySourceArn }),
        ),
      ).toEqual(asCaller);
    }
  });

  test("sources that are nobody", async () => {
    const base = { ActionNames: ["s3:GetObject"] };
    const missing = noSuchEntity("Unable to retrieve specified IAM entity.");
    for (const PolicySourceArn of [
      arn("role/gone"),
      arn("user/x/whole"),
      "arn:aws:iam::222222222222:user/whole",
    ]) {
      expect(await refusal(principal({ ...base, PolicySourceArn }))).toEqual(missing);
      expect(
        await refusal(iam.send(new GetContextKeysForPrincipalPolicyCommand({ PolicySourceArn }))),
      ).toEqual(missing);
    }
    const PolicySourceArn = arn("policy/bounds");
    const unclear = invalidInput(
      `Invalid Entity Arn: ${PolicySourceArn} does not clearly define entity type and name.`,
    );
    expect(await refusal(principal({ ...base, PolicySourceArn }))).toEqual(unclear);
    expect(
      await refusal(iam.send(new GetContextKeysForPrincipalPolicyCommand({ PolicySourceArn }))),
    ).toEqual(unclear);
  });
});
