import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateLoginProfileCommand,
  CreateUserCommand,
  DeactivateMFADeviceCommand,
  DeleteAccessKeyCommand,
  DeleteLoginProfileCommand,
  GetAccessKeyLastUsedCommand,
  GetAccountSummaryCommand,
  GetLoginProfileCommand,
  GetUserCommand,
  ListAccessKeysCommand,
  ListMFADevicesCommand,
  ListSigningCertificatesCommand,
  PutUserPermissionsBoundaryCommand,
} from "@aws-sdk/client-iam";
import {
  OrganizationsClient,
  RegisterDelegatedAdministratorCommand,
} from "@aws-sdk/client-organizations";
import {
  AssumeRoleCommand,
  AssumeRootCommand,
  type AssumeRootCommandInput,
  GetCallerIdentityCommand,
} from "@aws-sdk/client-sts";
import { beforeAll, describe, expect, it } from "vitest";
import { call } from "../../support/harness.ts";
import { enableDevice } from "../../support/mfa-code.ts";
import { enableRootAccess, openMember, task } from "../../support/root-access.ts";
import {
  ACCOUNT,
  allow,
  credentialsOf,
  refusal,
  stsInstallation,
  type TestCredentials,
} from "../../support/sts-installation.ts";

const here = stsInstallation();
let member: string;
let admin: TestCredentials;
/** An administrator of the member account, by the role that its organization has there. */
let inside: TestCredentials;

const assumeRoot = (credentials: TestCredentials, input: Partial<AssumeRootCommandInput> = {}) =>
  here.sts(credentials).send(
    new AssumeRootCommand({
      TargetPrincipal: member,
      TaskPolicyArn: task("IAMCreateRootUserPassword"),
      ...input,
    }),
  );

const perform = async (name: string) =>
  credentialsOf((await assumeRoot(admin, { TaskPolicyArn: task(name) })).Credentials);

const organizationsOf = (credentials: TestCredentials) =>
  new OrganizationsClient({ endpoint: here.url(), region: "us-east-1", credentials });

const getInside = async (account: string) =>
  credentialsOf(
    (
      await here.sts(admin).send(
        new AssumeRoleCommand({
          RoleArn: `arn:aws:iam::${account}:role/OrganizationAccountAccessRole`,
          RoleSessionName: "set-up",
        }),
      )
    ).Credentials,
  );

beforeAll(async () => {
  const organizations = organizationsOf(here.root());
  await enableRootAccess(organizations, here.iam());
  member = await openMember(organizations, "tenant");
  admin = await here.user("admin", allow(["sts:AssumeRoot", "sts:AssumeRole"]));
  inside = await getInside(member);
});

describe("AssumeRoot", () => {
  it("is for 15 minutes at most, and for one task policy", async () => {
    const limited = await here.user(
      "limited",
      allow("sts:AssumeRoot", `arn:aws:iam::${member}:*`, {
        StringEquals: { "sts:TaskPolicyArn": task("IAMCreateRootUserPassword").arn },
      }),
    );
    const { Credentials } = await assumeRoot(limited);
    const seconds = ((Credentials?.Expiration?.getTime() ?? 0) - Date.now()) / 1000;
    expect(Math.round(seconds / 10) * 10).toBe(900);
    const session = credentialsOf(Credentials);
    expect(await here.sts(session).send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: member,
      Arn: `arn:aws:iam::${member}:root`,
    });
    const other = assumeRoot(limited, { TaskPolicyArn: task("IAMAuditRootUserCredentials") });
    expect((await refusal(other)).code).toBe("AccessDenied");
    for (const input of [
      { TaskPolicyArn: { arn: "arn:aws:iam::aws:policy/AdministratorAccess" } },
      { TaskPolicyArn: { arn: `${task("x").arn}/../../AdministratorAccess` } },
      { TargetPrincipal: "arn:aws:iam::1:root" },
      { DurationSeconds: 901 },
    ]) {
      expect((await refusal(assumeRoot(admin, input))).code, JSON.stringify(input)).toBe(
        "ValidationError",
      );
    }
  });

  it("reaches other members only, and not for a root user or a session of its own", async () => {
    for (const TargetPrincipal of [ACCOUNT, "200000000000"]) {
      expect(await refusal(assumeRoot(admin, { TargetPrincipal }))).toMatchObject({
        code: "AccessDenied",
        message: expect.stringContaining(
          `sts:AssumeRoot on resource: arn:aws:iam::${TargetPrincipal}:root`,
        ),
      });
    }
    expect((await refusal(assumeRoot(here.root()))).code).toBe("AccessDenied");
    const session = await perform("IAMAuditRootUserCredentials");
    expect((await refusal(assumeRoot(session))).code).toBe("AccessDenied");
    expect((await refusal(assumeRoot(inside))).code).toBe("AccessDenied");
  });

  it("lets IAM's delegated administrator in, except into its own account", async () => {
    const organizations = organizationsOf(here.root());
    const delegate = await openMember(organizations, "delegate");
    const delegated = await getInside(delegate);
    expect((await refusal(assumeRoot(delegated))).code).toBe("AccessDenied");
    await organizations.send(
      new RegisterDelegatedAdministratorCommand({
        AccountId: delegate,
        ServicePrincipal: "iam.amazonaws.com",
      }),
    );
    await assumeRoot(delegated);
    const own = assumeRoot(delegated, { TargetPrincipal: delegate });
    expect((await refusal(own)).code).toBe("AccessDenied");
  });
});

describe("a root task", () => {
  let key: string;
  beforeAll(async () => {
    const iam = here.iam(inside);
    for (const UserName of ["victim", "other"]) await iam.send(new CreateUserCommand({ UserName }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: "victim" }));
    key = AccessKey?.AccessKeyId ?? "";
    await iam.send(
      new CreateLoginProfileCommand({ UserName: "other", Password: "Some-Password-1!" }),
    );
  });

  it("lets the root user recover a password, and never chooses one", async () => {
    const iam = here.iam(await perform("IAMCreateRootUserPassword"));
    expect(
      await refusal(iam.send(new CreateLoginProfileCommand({ Password: "Evil-Password-1!" }))),
    ).toMatchObject({ code: "ValidationError", message: expect.stringContaining("Password") });
    expect((await refusal(iam.send(new GetLoginProfileCommand({})))).code).toBe("NoSuchEntity");
    const { LoginProfile } = await iam.send(new CreateLoginProfileCommand({}));
    expect(LoginProfile?.UserName).toBeUndefined();
    await iam.send(new GetLoginProfileCommand({}));
    expect((await refusal(iam.send(new CreateLoginProfileCommand({})))).code).toBe(
      "EntityAlreadyExists",
    );
    for (const call of [
      new CreateLoginProfileCommand({ UserName: "victim", Password: "Evil-Password-1!" }),
      new CreateLoginProfileCommand({ UserName: "victim" }),
      new CreateLoginProfileCommand({ UserName: "root" }),
      new CreateLoginProfileCommand({ UserName: member }),
    ]) {
      expect((await refusal(iam.send(call))).code, call.input.UserName).toBe("AccessDenied");
    }
    const remove = here.iam(await perform("IAMDeleteRootUserCredentials"));
    await remove.send(new DeleteLoginProfileCommand({}));
    expect((await refusal(iam.send(new GetLoginProfileCommand({})))).code).toBe("NoSuchEntity");
  });

  it("sees and deletes the root user's credentials, and no user's", async () => {
    const audit = here.iam(await perform("IAMAuditRootUserCredentials"));
    const remove = here.iam(await perform("IAMDeleteRootUserCredentials"));
    await audit.send(new GetAccountSummaryCommand({}));
    for (const iam of [audit, remove]) {
      expect((await iam.send(new GetUserCommand({}))).User?.Arn).toBe(
        `arn:aws:iam::${member}:root`,
      );
      expect((await iam.send(new ListAccessKeysCommand({}))).AccessKeyMetadata).toEqual([]);
      expect((await iam.send(new ListMFADevicesCommand({}))).MFADevices).toEqual([]);
      expect((await iam.send(new ListSigningCertificatesCommand({}))).Certificates).toEqual([]);
      for (const call of [
        () => iam.send(new GetUserCommand({ UserName: "victim" })),
        () => iam.send(new ListAccessKeysCommand({ UserName: "victim" })),
        () => iam.send(new ListMFADevicesCommand({ UserName: "victim" })),
        () => iam.send(new ListSigningCertificatesCommand({ UserName: "victim" })),
        () => iam.send(new GetLoginProfileCommand({ UserName: "other" })),
        () => iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: key })),
        () => iam.send(new DeleteAccessKeyCommand({ UserName: "victim", AccessKeyId: key })),
        () => iam.send(new DeleteLoginProfileCommand({ UserName: "other" })),
      ]) {
        expect((await refusal(call())).code).toBe("AccessDenied");
      }
    }
    // Nor by leaving the name out: the key is not the root user's.
    expect(
      (await refusal(remove.send(new DeleteAccessKeyCommand({ AccessKeyId: key })))).code,
    ).toBe("NoSuchEntity");
    expect((await refusal(audit.send(new DeleteLoginProfileCommand({})))).code).toBe(
      "AccessDenied",
    );
    const { AccessKeyMetadata } = await here
      .iam(inside)
      .send(new ListAccessKeysCommand({ UserName: "victim" }));
    expect(AccessKeyMetadata).toHaveLength(1);
  });

  it("takes a user that is called as the root user is for a user", async () => {
    const iam = here.iam(inside);
    await iam.send(new CreateUserCommand({ UserName: "root" }));
    const device = await enableDevice(iam, "roots", "root");
    const remove = here.iam(await perform("IAMDeleteRootUserCredentials"));
    for (const UserName of ["root", member]) {
      const deactivate = new DeactivateMFADeviceCommand({
        UserName,
        SerialNumber: device.serial,
      });
      const code = UserName === "root" ? "AccessDenied" : "NoSuchEntity";
      expect((await refusal(remove.send(deactivate))).code).toBe(code);
    }
    const { MFADevices } = await iam.send(new ListMFADevicesCommand({ UserName: "root" }));
    expect(MFADevices).toHaveLength(1);
  });

  it("reaches no protected API", async () => {
    for (const name of ["IAMAuditRootUserCredentials", "S3UnlockBucketPolicy"]) {
      const answer = await call(here.apiUrl(), await perform(name), "GET", "/whoami");
      expect(answer.status, name).toBe(403);
    }
  });

  it("is no policy that a principal can have attached", async () => {
    const iam = here.iam(inside);
    const PolicyArn = task("S3UnlockBucketPolicy").arn;
    expect(
      await refusal(iam.send(new AttachUserPolicyCommand({ UserName: "victim", PolicyArn }))),
    ).toMatchObject({ code: "PolicyNotAttachable" });
    const boundary = { UserName: "victim", PermissionsBoundary: PolicyArn };
    expect((await refusal(iam.send(new PutUserPermissionsBoundaryCommand(boundary)))).code).toBe(
      "NoSuchEntity",
    );
  });
});
