import {
  AddRoleToInstanceProfileCommand,
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreateInstanceProfileCommand,
  CreateLoginProfileCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  CreateUserCommand,
  CreateVirtualMFADeviceCommand,
  type EntityType,
  GenerateCredentialReportCommand,
  GetAccountAuthorizationDetailsCommand,
  type GetAccountAuthorizationDetailsCommandOutput,
  GetAccountSummaryCommand,
  GetCredentialReportCommand,
  ListAccountAliasesCommand,
  PutGroupPolicyCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  TagUserCommand,
  UpdateAccessKeyCommand,
  UploadSigningCertificateCommand,
} from "@aws-sdk/client-iam";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeCertificate } from "../../support/certificate.ts";
import { accessDenied } from "../../support/expected.ts";
import { credentialsOf, startInstallation, type TestInstallation } from "../../support/harness.ts";
import { policy, refusal } from "../../support/refusal.ts";
import { roleTrust } from "../../support/trust.ts";

let test: TestInstallation;
beforeAll(async () => {
  test = await startInstallation();
});
afterAll(() => test.stop());

const READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess";

describe("the account as a whole", () => {
  beforeAll(async () => {
    const send = test.iam.send.bind(test.iam);
    await send(new CreateGroupCommand({ GroupName: "readers", Path: "/g/" }));
    await send(new AttachGroupPolicyCommand({ GroupName: "readers", PolicyArn: READ_ONLY }));
    await send(
      new PutGroupPolicyCommand({
        GroupName: "readers",
        PolicyName: "in-group",
        PolicyDocument: policy("Deny", "s3:*"),
      }),
    );
    const made = await send(
      new CreatePolicyCommand({
        PolicyName: "own",
        Description: "ours",
        PolicyDocument: policy("Allow", "sqs:*"),
      }),
    );
    const PolicyArn = made.Policy?.Arn ?? "";
    const PolicyDocument = policy("Allow", "sns:*");
    await send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument }));
    const boundary = { PermissionsBoundary: READ_ONLY };
    await send(new CreateUserCommand({ UserName: "ana", Path: "/u/", ...boundary }));
    await send(new TagUserCommand({ UserName: "ana", Tags: [{ Key: "team", Value: "a" }] }));
    await send(new AddUserToGroupCommand({ UserName: "ana", GroupName: "readers" }));
    await send(new AttachUserPolicyCommand({ UserName: "ana", PolicyArn }));
    await send(
      new PutUserPolicyCommand({ UserName: "ana", PolicyName: "in-user", PolicyDocument }),
    );
    await send(new CreateUserCommand({ UserName: "bob" }));
    await send(
      new CreateRoleCommand({
        RoleName: "role",
        AssumeRolePolicyDocument: roleTrust(test.account),
      }),
    );
    await send(
      new PutRolePolicyCommand({ RoleName: "role", PolicyName: "in-role", PolicyDocument }),
    );
    await send(new CreateInstanceProfileCommand({ InstanceProfileName: "profile" }));
    await send(
      new AddRoleToInstanceProfileCommand({ InstanceProfileName: "profile", RoleName: "role" }),
    );
    await send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: "device" }));
  });

  it("is summed up under AWS's keys", async () => {
    const { SummaryMap } = await test.iam.send(new GetAccountSummaryCommand({}));
    expect(Object.keys(SummaryMap ?? {})).toHaveLength(34);
    expect(SummaryMap).toMatchObject({
      Users: 2,
      Groups: 1,
      Roles: 1,
      Policies: 1,
      MFADevices: 1,
      MFADevicesInUse: 0,
      ServerCertificates: 0,
      InstanceProfiles: 1,
      Providers: 0,
      AccountMFAEnabled: 0,
      AccountAccessKeysPresent: 1,
      AccountSigningCertificatesPresent: 0,
      AccessKeysPerUserQuota: 2,
      AssumeRolePolicySizeQuota: 2048,
      AttachedPoliciesPerGroupQuota: 10,
      AttachedPoliciesPerRoleQuota: 10,
      AttachedPoliciesPerUserQuota: 10,
      GlobalEndpointTokenVersion: 1,
      GroupPolicySizeQuota: 5120,
      GroupsPerUserQuota: 10,
      GroupsQuota: 300,
      InstanceProfilesQuota: 1000,
      PoliciesQuota: 1500,
      PolicySizeQuota: 6144,
      PolicyVersionsInUse: 1,
      PolicyVersionsInUseQuota: 10000,
      RolePolicySizeQuota: 10240,
      RolesQuota: 1000,
      ServerCertificatesQuota: 20,
      SigningCertificatesPerUserQuota: 2,
      UserPolicySizeQuota: 2048,
      VersionsPerPolicyQuota: 5,
    });
  });

  const details = async (Filter?: EntityType[], MaxItems?: number) => {
    const filter = Filter === undefined ? {} : { Filter };
    const pages: GetAccountAuthorizationDetailsCommandOutput[] = [];
    let Marker: string | undefined;
    do {
      const page = {
        ...(MaxItems === undefined ? {} : { MaxItems }),
        ...(Marker === undefined ? {} : { Marker }),
      };
      const answer = await test.iam.send(
        new GetAccountAuthorizationDetailsCommand({ ...filter, ...page }),
      );
      pages.push(answer);
      Marker = answer.IsTruncated ? answer.Marker : undefined;
    } while (Marker !== undefined);
    return {
      pages: pages.length,
      users: pages.flatMap((page) => page.UserDetailList ?? []),
      groups: pages.flatMap((page) => page.GroupDetailList ?? []),
      roles: pages.flatMap((page) => page.RoleDetailList ?? []),
      policies: pages.flatMap((page) => page.Policies ?? []),
    };
  };

  it("shows every entity with its policies", async () => {
    const { users, groups, roles, policies } = await details();
    const inline = (PolicyName: string, effect: "Allow" | "Deny", action: string) => [
      {
        PolicyName,
        PolicyDocument: encodeURIComponent(policy(effect, action)).replaceAll("*", "%2A"),
      },
    ];
    const own = { PolicyName: "own", PolicyArn: `arn:aws:iam::${test.account}:policy/own` };
    expect(users).toEqual([
      {
        Path: "/",
        UserName: "bob",
        UserId: expect.stringMatching(/^AIDA/),
        Arn: `arn:aws:iam::${test.account}:user/bob`,
        CreateDate: expect.any(Date),
        UserPolicyList: [],
        GroupList: [],
        AttachedManagedPolicies: [],
        Tags: [],
      },
      {
        Path: "/u/",
        UserName: "ana",
        UserId: expect.stringMatching(/^AIDA/),
        Arn: `arn:aws:iam::${test.account}:user/u/ana`,
        CreateDate: expect.any(Date),
        UserPolicyList: inline("in-user", "Allow", "sns:*"),
        GroupList: ["readers"],
        AttachedManagedPolicies: [own],
        PermissionsBoundary: {
          PermissionsBoundaryType: "Policy",
          PermissionsBoundaryArn: READ_ONLY,
        },
        Tags: [{ Key: "team", Value: "a" }],
      },
    ]);
    expect(groups).toEqual([
      {
        Path: "/g/",
        GroupName: "readers",
        GroupId: expect.stringMatching(/^AGPA/),
        Arn: `arn:aws:iam::${test.account}:group/g/readers`,
        CreateDate: expect.any(Date),
        GroupPolicyList: inline("in-group", "Deny", "s3:*"),
        AttachedManagedPolicies: [{ PolicyName: "ReadOnlyAccess", PolicyArn: READ_ONLY }],
      },
    ]);
    expect(roles).toMatchObject([
      {
        RoleName: "role",
        RoleId: expect.stringMatching(/^AROA/),
        AssumeRolePolicyDocument: expect.stringContaining("sts%3AAssumeRole"),
        InstanceProfileList: [{ InstanceProfileName: "profile", Roles: [{ RoleName: "role" }] }],
        RolePolicyList: inline("in-role", "Allow", "sns:*"),
        AttachedManagedPolicies: [],
        RoleLastUsed: {},
      },
    ]);
    expect(policies).toMatchObject([
      {
        ...{ PolicyName: "own", Description: "ours", DefaultVersionId: "v1", AttachmentCount: 1 },
        PolicyVersionList: [
          { VersionId: "v2", IsDefaultVersion: false },
          { VersionId: "v1", IsDefaultVersion: true },
        ],
      },
      { Arn: READ_ONLY, AttachmentCount: 1, PermissionsBoundaryUsageCount: 1 },
    ]);
  });

  it("shows the same in pages of one, and parts of it by filter", async () => {
    const { pages: _, ...whole } = await details();
    const { pages, ...paged } = await details(undefined, 50);
    expect(paged).toEqual(whole);
    expect(pages).toBeGreaterThan(1);
    const users = await details(["User", "Group"], 1);
    expect(users).toMatchObject({
      pages: 4,
      users: whole.users,
      groups: whole.groups,
      roles: [],
      policies: [],
    });
    expect((await details(["AWSManagedPolicy"])).policies.map((one) => one.PolicyName)).toEqual([
      "ReadOnlyAccess",
    ]);
    expect((await details(["LocalManagedPolicy"])).policies.map((one) => one.PolicyName)).toEqual([
      "own",
    ]);
    const forged = new GetAccountAuthorizationDetailsCommand({ Marker: "9.x" });
    expect(await refusal(test.iam.send(forged))).toMatchObject({ code: "ValidationError" });
  });

  it("is closed to whom no policy allows it", async () => {
    const { AccessKey } = await test.iam.send(new CreateAccessKeyCommand({ UserName: "bob" }));
    const iam = test.iamAs(credentialsOf(AccessKey));
    const denied = (action: string) =>
      accessDenied(
        `User: arn:aws:iam::${test.account}:user/bob is not authorized to perform: iam:${action} on resource: * because no identity-based policy allows the iam:${action} action`,
      );
    expect(await refusal(iam.send(new GetAccountSummaryCommand({})))).toEqual(
      denied("GetAccountSummary"),
    );
    expect(await refusal(iam.send(new ListAccountAliasesCommand({})))).toEqual(
      denied("ListAccountAliases"),
    );
    expect(await refusal(iam.send(new GetCredentialReportCommand({})))).toEqual(
      denied("GetCredentialReport"),
    );
    expect(await refusal(iam.send(new GenerateCredentialReportCommand({})))).toEqual(
      denied("GenerateCredentialReport"),
    );
    expect(await refusal(iam.send(new GetAccountAuthorizationDetailsCommand({})))).toEqual(
      denied("GetAccountAuthorizationDetails"),
    );
  });

  it("reports on its credentials in AWS's columns", async () => {
    const get = () => test.iam.send(new GetCredentialReportCommand({}));
    // The SDK calls `ReportNotPresent` so.
    expect(await refusal(get())).toMatchObject({ code: "CredentialReportNotPresent", status: 410 });
    await test.iam.send(new CreateUserCommand({ UserName: "c,d", Path: '/quote"d/' }));
    await test.iam.send(
      new CreateLoginProfileCommand({ UserName: "ana", Password: "Right-horse-1" }),
    );
    const { AccessKey } = await test.iam.send(new CreateAccessKeyCommand({ UserName: "ana" }));
    const AccessKeyId = AccessKey?.AccessKeyId;
    await test.iam.send(
      new UpdateAccessKeyCommand({ UserName: "ana", AccessKeyId, Status: "Inactive" }),
    );
    await test.iam.send(
      new UploadSigningCertificateCommand({
        UserName: "ana",
        CertificateBody: makeCertificate("ana").certificate,
      }),
    );
    const generate = () => test.iam.send(new GenerateCredentialReportCommand({}));
    expect(await generate()).toMatchObject({
      State: "STARTED",
      Description: "No report exists. Starting a new report generation task",
    });
    const second = await generate();
    expect(second.State).toBe("COMPLETE");
    expect(second.Description).toBeUndefined();

    const report = await get();
    expect(report).toMatchObject({ ReportFormat: "text/csv", GeneratedTime: expect.any(Date) });
    const [header, ...rows] = Buffer.from(report.Content ?? [])
      .toString()
      .trimEnd()
      .split("\n");
    expect(header).toBe(
      "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated",
    );
    const arn = `arn:aws:iam::${test.account}`;
    const unused = "N/A,N/A,N/A";
    // Whether the log has told of the keys' use by now is a matter of a moment.
    const masked = rows.map((row) =>
      row
        .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00/g, "TIME")
        .replace("TIME,us-east-1,iam", unused),
    );
    expect(masked).toEqual([
      `<root_account>,${arn}:root,TIME,not_supported,no_information,not_supported,not_supported,false,true,TIME,${unused},false,N/A,${unused},false,N/A,false,N/A`,
      `bob,${arn}:user/bob,TIME,false,N/A,N/A,N/A,false,true,TIME,${unused},false,N/A,${unused},false,N/A,false,N/A`,
      `"c,d","${arn}:user/quote""d/c,d",TIME,false,N/A,N/A,N/A,false,false,N/A,${unused},false,N/A,${unused},false,N/A,false,N/A`,
      `ana,${arn}:user/u/ana,TIME,true,no_information,TIME,N/A,false,false,TIME,${unused},false,N/A,${unused},true,TIME,false,N/A`,
    ]);
  });
});
