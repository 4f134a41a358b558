import * as sdk from "@aws-sdk/client-iam";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  credentialsOf,
  startInstallation,
  type TestCredentials,
  type TestInstallation,
} from "../../support/harness.ts";
import { policy, refusal } from "../../support/refusal.ts";
import { roleTrust } from "../../support/trust.ts";

/**
 * The ways from some permissions to all of them, after Rhino Security Labs' list of privilege
 * escalation methods in AWS: each is closed to who lacks the permission, and kept within the limits
 * that a policy sets to it.
 */
let test: TestInstallation;
let mallory: TestCredentials;
let iam: sdk.IAMClient;

const ACCOUNT = "100000000000";
const arn = (resource: string) => `arn:aws:iam::${ACCOUNT}:${resource}`;
const ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess";
const READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess";
const BOUNDARY = "arn:aws:iam::aws:policy/PowerUserAccess";
const EVERYTHING = policy("Allow", "*");
const DEVELOPED = arn("policy/team/developed");

interface Statement {
  readonly Effect: "Allow" | "Deny";
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Mallory's only permissions, from the next request on. */
const grant = (...Statement: readonly Statement[]) =>
  test.iam.send(
    new sdk.PutUserPolicyCommand({
      UserName: "mallory",
      PolicyName: "only",
      PolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement }),
    }),
  );

beforeAll(async () => {
  test = await startInstallation();
  const root = test.iam;
  await root.send(new sdk.CreateUserCommand({ UserName: "mallory", Path: "/team/" }));
  const { AccessKey } = await root.send(new sdk.CreateAccessKeyCommand({ UserName: "mallory" }));
  mallory = credentialsOf(AccessKey);
  iam = test.iamAs(mallory);
  for (const UserName of ["boss", "heir"]) {
    await root.send(new sdk.CreateUserCommand({ UserName, Path: "/admins/" }));
    await root.send(new sdk.AttachUserPolicyCommand({ UserName, PolicyArn: ADMINISTRATOR }));
  }
  await root.send(
    new sdk.CreateLoginProfileCommand({ UserName: "boss", Password: "Right-0f-kings" }),
  );
  const { AccessKey: retired } = await root.send(
    new sdk.CreateAccessKeyCommand({ UserName: "boss" }),
  );
  await root.send(
    new sdk.UpdateAccessKeyCommand({
      UserName: "boss",
      AccessKeyId: retired?.AccessKeyId,
      Status: "Inactive",
    }),
  );
  await root.send(new sdk.CreateGroupCommand({ GroupName: "admins" }));
  await root.send(
    new sdk.AttachGroupPolicyCommand({ GroupName: "admins", PolicyArn: ADMINISTRATOR }),
  );
  await root.send(new sdk.CreateGroupCommand({ GroupName: "developers", Path: "/team/" }));
  for (const [RoleName, Path] of [
    ["chief", "/"],
    ["helper", "/team/"],
  ]) {
    const AssumeRolePolicyDocument = roleTrust({ Service: "ec2.amazonaws.com" });
    await root.send(new sdk.CreateRoleCommand({ RoleName, Path, AssumeRolePolicyDocument }));
  }
  await root.send(new sdk.AttachRolePolicyCommand({ RoleName: "chief", PolicyArn: ADMINISTRATOR }));
  for (const InstanceProfileName of ["machine", "other"])
    await root.send(new sdk.CreateInstanceProfileCommand({ InstanceProfileName }));
  const made = { PolicyName: "developed", Path: "/team/", PolicyDocument: EVERYTHING };
  await root.send(new sdk.CreatePolicyCommand(made));
  await root.send(
    new sdk.CreatePolicyVersionCommand({
      PolicyArn: DEVELOPED,
      PolicyDocument: policy("Allow", "orders:*"),
      SetAsDefault: true,
    }),
  );
  await root.send(new sdk.AttachUserPolicyCommand({ UserName: "mallory", PolicyArn: DEVELOPED }));
  await root.send(
    new sdk.PutUserPermissionsBoundaryCommand({ UserName: "heir", PermissionsBoundary: BOUNDARY }),
  );
  await root.send(
    new sdk.PutRolePermissionsBoundaryCommand({
      RoleName: "helper",
      PermissionsBoundary: BOUNDARY,
    }),
  );
});
afterAll(() => test.stop());

const everything = async () => {
  const { UserDetailList, GroupDetailList, RoleDetailList, Policies } = await test.iam.send(
    new sdk.GetAccountAuthorizationDetailsCommand({
      Filter: ["User", "Group", "Role", "LocalManagedPolicy"],
    }),
  );
  return JSON.stringify({ UserDetailList, GroupDetailList, RoleDetailList, Policies });
};

describe("who may do all but one thing cannot do it", () => {
  const self = "mallory";
  const attempts: readonly (readonly [action: string, attempt: () => Promise<unknown>])[] = [
    [
      "iam:CreatePolicyVersion",
      () =>
        iam.send(
          new sdk.CreatePolicyVersionCommand({
            PolicyArn: DEVELOPED,
            PolicyDocument: EVERYTHING,
            SetAsDefault: true,
          }),
        ),
    ],
    [
      "iam:SetDefaultPolicyVersion",
      () =>
        iam.send(new sdk.SetDefaultPolicyVersionCommand({ PolicyArn: DEVELOPED, VersionId: "v1" })),
    ],
    ["iam:CreateAccessKey", () => iam.send(new sdk.CreateAccessKeyCommand({ UserName: "heir" }))],
    [
      "iam:UpdateAccessKey",
      async () => {
        const { AccessKeyMetadata } = await iam.send(
          new sdk.ListAccessKeysCommand({ UserName: "boss" }),
        );
        const AccessKeyId = AccessKeyMetadata?.[0]?.AccessKeyId;
        return iam.send(
          new sdk.UpdateAccessKeyCommand({ UserName: "boss", AccessKeyId, Status: "Active" }),
        );
      },
    ],
    [
      "iam:CreateLoginProfile",
      () =>
        iam.send(
          new sdk.CreateLoginProfileCommand({ UserName: "heir", Password: "Chosen-by-me-1" }),
        ),
    ],
    [
      "iam:UpdateLoginProfile",
      () =>
        iam.send(
          new sdk.UpdateLoginProfileCommand({ UserName: "boss", Password: "Chosen-by-me-1" }),
        ),
    ],
    [
      "iam:AttachUserPolicy",
      () => iam.send(new sdk.AttachUserPolicyCommand({ UserName: self, PolicyArn: ADMINISTRATOR })),
    ],
    [
      "iam:AttachGroupPolicy",
      () =>
        iam.send(
          new sdk.AttachGroupPolicyCommand({ GroupName: "developers", PolicyArn: ADMINISTRATOR }),
        ),
    ],
    [
      "iam:AttachRolePolicy",
      () =>
        iam.send(new sdk.AttachRolePolicyCommand({ RoleName: "helper", PolicyArn: ADMINISTRATOR })),
    ],
    [
      "iam:PutUserPolicy",
      () =>
        iam.send(
          new sdk.PutUserPolicyCommand({
            UserName: self,
            PolicyName: "p",
            PolicyDocument: EVERYTHING,
          }),
        ),
    ],
    [
      "iam:PutGroupPolicy",
      () =>
        iam.send(
          new sdk.PutGroupPolicyCommand({
            GroupName: "developers",
            PolicyName: "p",
            PolicyDocument: EVERYTHING,
          }),
        ),
    ],
    [
      "iam:PutRolePolicy",
      () =>
        iam.send(
          new sdk.PutRolePolicyCommand({
            RoleName: "helper",
            PolicyName: "p",
            PolicyDocument: EVERYTHING,
          }),
        ),
    ],
    [
      "iam:DeleteUserPolicy",
      () => iam.send(new sdk.DeleteUserPolicyCommand({ UserName: self, PolicyName: "only" })),
    ],
    [
      "iam:DetachUserPolicy",
      () => iam.send(new sdk.DetachUserPolicyCommand({ UserName: self, PolicyArn: DEVELOPED })),
    ],
    [
      "iam:AddUserToGroup",
      () => iam.send(new sdk.AddUserToGroupCommand({ UserName: self, GroupName: "admins" })),
    ],
    [
      "iam:UpdateAssumeRolePolicy",
      () =>
        iam.send(
          new sdk.UpdateAssumeRolePolicyCommand({
            RoleName: "chief",
            PolicyDocument: roleTrust(arn("user/team/mallory")),
          }),
        ),
    ],
    [
      "iam:PassRole",
      () =>
        iam.send(
          new sdk.AddRoleToInstanceProfileCommand({
            InstanceProfileName: "machine",
            RoleName: "chief",
          }),
        ),
    ],
    [
      "iam:PutUserPermissionsBoundary",
      () =>
        iam.send(
          new sdk.PutUserPermissionsBoundaryCommand({
            UserName: "heir",
            PermissionsBoundary: ADMINISTRATOR,
          }),
        ),
    ],
    [
      "iam:DeleteUserPermissionsBoundary",
      () => iam.send(new sdk.DeleteUserPermissionsBoundaryCommand({ UserName: "heir" })),
    ],
    [
      "iam:DeleteRolePermissionsBoundary",
      () => iam.send(new sdk.DeleteRolePermissionsBoundaryCommand({ RoleName: "helper" })),
    ],
    [
      "iam:UpdateUser",
      () => iam.send(new sdk.UpdateUserCommand({ UserName: self, NewPath: "/admins/" })),
    ],
    [
      "iam:TagUser",
      () =>
        iam.send(
          new sdk.TagUserCommand({ UserName: self, Tags: [{ Key: "level", Value: "admin" }] }),
        ),
    ],
    [
      "iam:TagUser",
      () =>
        iam.send(
          new sdk.CreateUserCommand({ UserName: "twin", Tags: [{ Key: "level", Value: "admin" }] }),
        ),
    ],
  ];
  it.each(attempts)("%s", async (action, attempt) => {
    await grant({ Effect: "Allow", NotAction: action, Resource: "*" });
    const before = await everything();
    const { code, message } = await refusal(attempt());
    expect(code).toBe("AccessDenied");
    expect(message).toContain(
      `User: ${arn("user/team/mallory")} is not authorized to perform: ${action} on resource: `,
    );
    expect(message).toMatch(/ because no identity-based policy allows the \S+ action$/);
    expect(await everything()).toBe(before);
  });

  it("sts:AssumeRole, whatever its own policies allow, while the role does not trust it", async () => {
    await grant({ Effect: "Allow", Action: "*", Resource: "*" });
    const assumed = test
      .stsAs(mallory)
      .send(new AssumeRoleCommand({ RoleArn: arn("role/chief"), RoleSessionName: "now" }));
    await expect(assumed).rejects.toMatchObject({ name: "AccessDenied" });
  });

  it("the root user's credentials, which no other caller can name", async () => {
    await grant({ Effect: "Allow", Action: "*", Resource: "*" });
    for (const UserName of ["root", ACCOUNT, "<root_account>", undefined]) {
      const key = await iam
        .send(new sdk.CreateAccessKeyCommand({ UserName }))
        .catch(() => undefined);
      expect(key?.AccessKey?.UserName ?? "mallory").toBe("mallory");
      if (key === undefined) continue;
      await iam.send(new sdk.DeleteAccessKeyCommand({ AccessKeyId: key.AccessKey?.AccessKeyId }));
    }
    const { AccessKeyMetadata } = await test.iam.send(new sdk.ListAccessKeysCommand({}));
    expect(AccessKeyMetadata).toHaveLength(1);
  });
});

describe("what a policy limits stays within its limits", () => {
  const denied = async (attempt: Promise<unknown>) =>
    expect((await refusal(attempt)).code).toBe("AccessDenied");

  it("iam:PolicyARN, whatever the ARN's case", async () => {
    const attach = (PolicyArn: string) =>
      iam.send(new sdk.AttachUserPolicyCommand({ UserName: "mallory", PolicyArn }));
    const only = { "iam:PolicyARN": READ_ONLY };
    await grant({
      Effect: "Allow",
      Action: "iam:*UserPolicy",
      Resource: "*",
      Condition: { ArnEquals: only },
    });
    await attach(READ_ONLY);
    await denied(attach(ADMINISTRATOR));
    await denied(attach(READ_ONLY.replace("ReadOnly", "readonly")));
    const never = { "iam:PolicyARN": ADMINISTRATOR };
    await grant(
      { Effect: "Allow", Action: "*", Resource: "*" },
      { Effect: "Deny", Action: "iam:Attach*", Resource: "*", Condition: { ArnEquals: never } },
    );
    await denied(attach(ADMINISTRATOR));
    expect((await refusal(attach(ADMINISTRATOR.toLowerCase()))).code).toBe("NoSuchEntity");
    const PolicyArn = READ_ONLY;
    await iam.send(new sdk.DetachUserPolicyCommand({ UserName: "mallory", PolicyArn }));
  });

  it("iam:PermissionsBoundary, for new entities and for new permissions", async () => {
    const bounded = { StringEquals: { "iam:PermissionsBoundary": BOUNDARY } };
    const Action = ["iam:Create*", "iam:Put*", "iam:Attach*", "iam:Delete*PermissionsBoundary"];
    await grant({ Effect: "Allow", Action, Resource: "*", Condition: bounded });
    const user = (UserName: string, PermissionsBoundary?: string) =>
      iam.send(new sdk.CreateUserCommand({ UserName, PermissionsBoundary }));
    const role = (RoleName: string, PermissionsBoundary?: string) =>
      iam.send(
        new sdk.CreateRoleCommand({
          RoleName,
          PermissionsBoundary,
          AssumeRolePolicyDocument: roleTrust(ACCOUNT),
        }),
      );
    for (const make of [user, role]) {
      await denied(make("free"));
      await denied(make("free", ADMINISTRATOR));
      await make("bound", BOUNDARY);
    }
    const give = (UserName: string) =>
      iam.send(new sdk.AttachUserPolicyCommand({ UserName, PolicyArn: ADMINISTRATOR }));
    await give("bound");
    await denied(give("mallory"));
    const rebound = (PermissionsBoundary: string) =>
      iam.send(
        new sdk.PutUserPermissionsBoundaryCommand({ UserName: "bound", PermissionsBoundary }),
      );
    await rebound(BOUNDARY);
    await denied(rebound(ADMINISTRATOR));
  });

  it("a boundary, over whatever else allows", async () => {
    await grant({ Effect: "Allow", Action: "*", Resource: "*" });
    const bound = (PermissionsBoundary: string) =>
      test.iam.send(
        new sdk.PutUserPermissionsBoundaryCommand({ UserName: "mallory", PermissionsBoundary }),
      );
    await bound(READ_ONLY);
    await iam.send(new sdk.ListUsersCommand({}));
    const freed = iam.send(new sdk.DeleteUserPermissionsBoundaryCommand({ UserName: "mallory" }));
    expect((await refusal(freed)).message).toBe(
      `User: ${arn("user/team/mallory")} is not authorized to perform: iam:DeleteUserPermissionsBoundary on resource: user mallory because no permissions boundary allows the iam:DeleteUserPermissionsBoundary action`,
    );
    await test.iam.send(new sdk.DeleteUserPermissionsBoundaryCommand({ UserName: "mallory" }));
  });

  it("one's own credentials, by name, by none, and by another's name in any case", async () => {
    const self = arn("user/team/$" + "{aws:username}");
    await grant({ Effect: "Allow", Action: "iam:*AccessKey*", Resource: self });
    for (const UserName of ["mallory", "MALLORY", undefined]) {
      const { AccessKey } = await iam.send(new sdk.CreateAccessKeyCommand({ UserName }));
      expect(AccessKey?.UserName).toBe("mallory");
      await iam.send(
        new sdk.DeleteAccessKeyCommand({ UserName, AccessKeyId: AccessKey?.AccessKeyId }),
      );
    }
    for (const UserName of ["heir", "HEIR", "nobody"])
      await denied(iam.send(new sdk.CreateAccessKeyCommand({ UserName })));
  });

  it("a path, which nothing is moved into or out of", async () => {
    await grant({ Effect: "Allow", Action: "iam:*", Resource: arn("*/team/*") });
    await denied(iam.send(new sdk.UpdateUserCommand({ UserName: "heir", NewPath: "/team/" })));
    await denied(iam.send(new sdk.UpdateUserCommand({ UserName: "mallory", NewPath: "/admins/" })));
    await denied(iam.send(new sdk.UpdateGroupCommand({ GroupName: "admins", NewPath: "/team/" })));
    await denied(
      iam.send(new sdk.AddUserToGroupCommand({ UserName: "mallory", GroupName: "admins" })),
    );
    await denied(iam.send(new sdk.CreateUserCommand({ UserName: "new", Path: "/admins/" })));
    await denied(
      iam.send(
        new sdk.UpdateAssumeRolePolicyCommand({
          RoleName: "chief",
          PolicyDocument: roleTrust(ACCOUNT),
        }),
      ),
    );
    await iam.send(new sdk.UpdateUserCommand({ UserName: "mallory", NewPath: "/team/a/" }));
    await iam.send(new sdk.UpdateUserCommand({ UserName: "mallory", NewPath: "/team/" }));
    await iam.send(new sdk.AddUserToGroupCommand({ UserName: "mallory", GroupName: "DEVELOPERS" }));
  });

  it("roles to pass", async () => {
    await grant(
      { Effect: "Allow", Action: "iam:AddRoleToInstanceProfile", Resource: "*" },
      { Effect: "Allow", Action: "iam:PassRole", Resource: arn("role/team/*") },
    );
    const pass = (RoleName: string, InstanceProfileName: string) =>
      iam.send(new sdk.AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName }));
    await pass("helper", "machine");
    await denied(pass("chief", "other"));
    await denied(pass("CHIEF", "other"));
  });

  it("policies to change", async () => {
    await grant({ Effect: "Allow", Action: "iam:*Policy*", Resource: arn("policy/team/drafts/*") });
    const change = { PolicyArn: DEVELOPED, PolicyDocument: EVERYTHING, SetAsDefault: true };
    await denied(iam.send(new sdk.CreatePolicyVersionCommand(change)));
    await denied(
      iam.send(new sdk.SetDefaultPolicyVersionCommand({ PolicyArn: DEVELOPED, VersionId: "v1" })),
    );
    await denied(iam.send(new sdk.DeletePolicyCommand({ PolicyArn: DEVELOPED })));
  });

  it("the path of service-linked roles, where no other role is created", async () => {
    await grant({ Effect: "Allow", Action: "*", Resource: "*" });
    const role = new sdk.CreateRoleCommand({
      RoleName: "AWSServiceRoleForMallory",
      Path: "/aws-service-role/orders.amazonaws.com/",
      AssumeRolePolicyDocument: roleTrust(ACCOUNT),
    });
    expect((await refusal(iam.send(role))).code).toBe("ValidationError");
  });
});
