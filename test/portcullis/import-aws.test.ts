import { writeFileSync } from "node:fs";
import {
  CreateUserCommand,
  DeleteUserPermissionsBoundaryCommand,
  GetRoleCommand,
  GetUserCommand,
  ListAttachedUserPoliciesCommand,
  ListGroupsForUserCommand,
  ListUsersCommand,
} from "@aws-sdk/client-iam";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startInstallation, type TestInstallation } from "../support/harness.ts";
import { filesIn, policyOf, portcullis } from "./command.ts";

const AWS = "222233334444";
const arn = (resource: string) => `arn:aws:iam::${AWS}:${resource}`;
const READ = {
  Effect: "Allow",
  Action: "orders:Get*",
  Resource: `arn:aws:orders:*:${AWS}:order/*`,
};

/** As the AWS CLI prints it: documents are objects. */
const details = {
  UserDetailList: [
    {
      Path: "/staff/",
      UserName: "alice",
      UserId: "AIDAEXAMPLE1",
      Arn: arn("user/staff/alice"),
      GroupList: ["readers"],
      AttachedManagedPolicies: [
        { PolicyName: "Orders", PolicyArn: arn("policy/team/Orders") },
        { PolicyName: "AmazonS3FullAccess", PolicyArn: "arn:aws:iam::aws:policy/NoSuchPolicyHere" },
      ],
      PermissionsBoundary: {
        PermissionsBoundaryType: "Policy",
        PermissionsBoundaryArn: arn("policy/team/Orders"),
      },
      Tags: [{ Key: "team", Value: "a" }],
      UserPolicyList: [{ PolicyName: "own", PolicyDocument: policyOf(READ) }],
    },
  ],
  GroupDetailList: [
    {
      Path: "/",
      GroupName: "readers",
      GroupId: "AGPAEXAMPLE1",
      Arn: arn("group/readers"),
      GroupPolicyList: [{ PolicyName: "read", PolicyDocument: policyOf(READ) }],
      AttachedManagedPolicies: [],
    },
  ],
  RoleDetailList: [
    {
      Path: "/",
      RoleName: "Worker",
      RoleId: "AROAEXAMPLE1",
      Arn: arn("role/Worker"),
      AssumeRolePolicyDocument: policyOf({
        Effect: "Allow",
        Principal: { AWS: [arn("user/staff/alice"), "555566667777"] },
        Action: "sts:AssumeRole",
      }),
      RolePolicyList: [],
      AttachedManagedPolicies: [],
      Tags: [],
    },
    {
      Path: "/aws-service-role/support.amazonaws.com/",
      RoleName: "AWSServiceRoleForSupport",
      Arn: arn("role/aws-service-role/support.amazonaws.com/AWSServiceRoleForSupport"),
      AssumeRolePolicyDocument: policyOf({
        Effect: "Allow",
        Principal: { Service: "support.amazonaws.com" },
        Action: "sts:AssumeRole",
      }),
    },
  ],
  Policies: [
    {
      PolicyName: "Orders",
      Path: "/team/",
      Arn: arn("policy/team/Orders"),
      DefaultVersionId: "v2",
      PolicyVersionList: [
        { VersionId: "v2", IsDefaultVersion: true, Document: policyOf(READ) },
        { VersionId: "v1", IsDefaultVersion: false, Document: policyOf() },
      ],
    },
  ],
};

let installation: TestInstallation;
beforeAll(async () => {
  installation = await startInstallation();
});
afterAll(() => installation.stop());

const at = filesIn({ "details.json": details, "wrong.json": { Users: [] } });
const run = (...args: readonly string[]) =>
  portcullis(
    [
      "import",
      "aws",
      "--from",
      at("details.json"),
      "--endpoint-url",
      installation.local.controlUrl,
      ...args,
    ],
    {
      env: {
        AWS_ACCESS_KEY_ID: installation.root.accessKeyId,
        AWS_SECRET_ACCESS_KEY: installation.root.secretAccessKey,
        AWS_SESSION_TOKEN: "",
      },
    },
  );

describe("import aws", () => {
  test("shows a plan and changes nothing", async () => {
    const { code, stdout, stderr } = await run();
    expect(stderr).toBe("");
    expect(stdout).toContain("+ policy Orders: create\n");
    expect(stdout).toContain("+ user alice: create\n");
    expect(stdout).toContain("+ user alice: add to group readers\n");
    expect(stdout).toContain(
      "- role AWSServiceRoleForSupport is left out: only AWS's services make and use it",
    );
    expect(stdout).toContain(
      "- user alice: attached policy is left out: the installation has no policy arn:aws:iam::aws:policy/NoSuchPolicyHere",
    );
    expect(stdout).toContain("- user alice: password, access keys, MFA devices is left out");
    expect(stdout).toMatch(/changes to make, 0 unchanged\. Add --apply to make them\.\n$/);
    expect(code).toBe(0);
    expect((await installation.iam.send(new ListUsersCommand({}))).Users).toEqual([]);
  });

  test("--apply makes what the file has, in the installation's own account", async () => {
    const { code, stdout } = await run("--apply", "--json");
    const result = JSON.parse(stdout);
    expect(result.failures).toEqual([]);
    expect(code).toBe(0);
    const { User } = await installation.iam.send(new GetUserCommand({ UserName: "alice" }));
    expect(User).toMatchObject({
      Arn: "arn:aws:iam::100000000000:user/staff/alice",
      PermissionsBoundary: {
        PermissionsBoundaryArn: "arn:aws:iam::100000000000:policy/team/Orders",
      },
      Tags: [{ Key: "team", Value: "a" }],
    });
    const named = { UserName: "alice" };
    const { Groups } = await installation.iam.send(new ListGroupsForUserCommand(named));
    expect(Groups?.map(({ GroupName }) => GroupName)).toEqual(["readers"]);
    const attached = await installation.iam.send(new ListAttachedUserPoliciesCommand(named));
    expect(attached.AttachedPolicies).toEqual([
      { PolicyName: "Orders", PolicyArn: "arn:aws:iam::100000000000:policy/team/Orders" },
    ]);
    const { Role } = await installation.iam.send(new GetRoleCommand({ RoleName: "Worker" }));
    const trust = decodeURIComponent(Role?.AssumeRolePolicyDocument ?? "");
    expect(trust).toContain("arn:aws:iam::100000000000:user/staff/alice");
    expect(trust).toContain("555566667777");
    expect(trust).not.toContain(AWS);
  });

  test("is idempotent, and brings back what differs", async () => {
    const again = await run();
    expect(again.stdout).toMatch(/0 changes to make, 4 unchanged\./);
    await installation.iam.send(new DeleteUserPermissionsBoundaryCommand({ UserName: "alice" }));
    await installation.iam.send(new CreateUserCommand({ UserName: "other" }));
    const [policy] = details.Policies;
    const changed = {
      ...details,
      Policies: [
        {
          ...policy,
          PolicyVersionList: [
            {
              VersionId: "v2",
              IsDefaultVersion: true,
              Document: policyOf({ ...READ, Action: "orders:List*" }),
            },
          ],
        },
      ],
    };
    writeFileSync(at("details.json"), JSON.stringify(changed));
    const { stdout } = await run("--apply");
    expect(stdout).toBe(
      [
        "~ policy Orders: make the file's document the default version",
        "~ user alice: set permissions boundary arn:aws:iam::100000000000:policy/team/Orders",
        "- user alice: attached policy is left out: the installation has no policy arn:aws:iam::aws:policy/NoSuchPolicyHere",
        "- role AWSServiceRoleForSupport is left out: only AWS's services make and use it",
        "2 of 2 changes made, 2 unchanged.",
        "",
      ].join("\n"),
    );
    const users = (await installation.iam.send(new ListUsersCommand({}))).Users;
    expect(users?.map(({ UserName }) => UserName)).toEqual(["alice", "other"]);
  });

  test("a user whose boundary is not there gets neither policies nor groups", async () => {
    const [alice] = details.UserDetailList;
    const unbounded = {
      ...alice,
      UserName: "bob",
      Arn: arn("user/staff/bob"),
      PermissionsBoundary: { PermissionsBoundaryArn: "arn:aws:iam::aws:policy/NoSuchPolicyHere" },
    };
    const file = filesIn({
      "bob.json": { ...details, UserDetailList: [unbounded], RoleDetailList: [] },
    });
    const { stdout, code } = await run("--from", file("bob.json"));
    expect(stdout.match(/^[+~] user bob: .*$/gm)).toEqual(["+ user bob: create"]);
    expect(stdout).toContain(
      "- user bob: its policies and groups is left out: without its boundary",
    );
    expect(code).toBe(0);
  });

  test("wrong input and a wrong endpoint are one sentence and code 2", async () => {
    const wrong = await portcullis(["import", "aws", "--from", at("wrong.json")]);
    expect(wrong.stderr).toMatch(
      /^portcullis: .*wrong\.json is no output of `aws iam get-acc.*\n$/,
    );
    expect(wrong.code).toBe(2);
    const unreachable = await portcullis(
      ["import", "aws", "--from", at("details.json"), "--endpoint-url", "http://127.0.0.1:1"],
      {
        env: {
          AWS_ACCESS_KEY_ID: "AKIAEXAMPLE",
          AWS_SECRET_ACCESS_KEY: "x",
          AWS_MAX_ATTEMPTS: "1",
        },
      },
    );
    expect(unreachable.stderr).toMatch(/^portcullis: The installation can't be read: .*\n$/);
    expect(unreachable.code).toBe(2);
  });

  test("`policy explain` asks the running installation", async () => {
    const { stdout, code } = await portcullis(
      [
        ...[
          "policy",
          "explain",
          "orders:GetOrder",
          "arn:aws:orders:us-east-1:100000000000:order/1",
        ],
        ...["--principal", "arn:aws:iam::100000000000:user/staff/alice"],
        ...["--endpoint-url", installation.local.controlUrl],
      ],
      {
        env: {
          AWS_ACCESS_KEY_ID: installation.root.accessKeyId,
          AWS_SECRET_ACCESS_KEY: installation.root.secretAccessKey,
        },
      },
    );
    expect(stdout).toContain(
      "Deny orders:GetOrder on arn:aws:orders:us-east-1:100000000000:order/1",
    );
    expect(stdout).toContain("the permissions boundary does not allow it");
    expect(code).toBe(0);
  });
});
