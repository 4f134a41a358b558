import {
  CreateLoginProfileCommand,
  DeleteLoginProfileCommand,
  GetLoginProfileCommand,
  ListUsersCommand,
} from "@aws-sdk/client-iam";
import {
  CreateAccountCommand,
  CreateOrganizationCommand,
  DescribeCreateAccountStatusCommand,
  OrganizationsClient,
} from "@aws-sdk/client-organizations";
import {
  AssumeRoleCommand,
  AssumeRootCommand,
  type AssumeRootCommandInput,
  GetCallerIdentityCommand,
} from "@aws-sdk/client-sts";
import { beforeAll, describe, expect, it } from "vitest";
import {
  ACCOUNT,
  allow,
  credentialsOf,
  refusal,
  stsInstallation,
  type TestCredentials,
} from "../support/sts-installation.ts";

const here = stsInstallation();
const task = (name: string) => ({ arn: `arn:aws:iam::aws:policy/root-task/${name}` });
let member: string;

const assumeRoot = (credentials: TestCredentials, input: Partial<AssumeRootCommandInput> = {}) =>
  here.sts(credentials).send(
    new AssumeRootCommand({
      TargetPrincipal: member,
      TaskPolicyArn: task("IAMCreateRootUserPassword"),
      ...input,
    }),
  );

beforeAll(async () => {
  const organizations = new OrganizationsClient({
    endpoint: here.url(),
    region: "us-east-1",
    credentials: here.root(),
  });
  await organizations.send(new CreateOrganizationCommand({ FeatureSet: "ALL" }));
  const { CreateAccountStatus: created } = await organizations.send(
    new CreateAccountCommand({ AccountName: "tenant", Email: "root@tenant.example" }),
  );
  const { CreateAccountStatus: status } = await organizations.send(
    new DescribeCreateAccountStatusCommand({ CreateAccountRequestId: created?.Id }),
  );
  member = status?.AccountId ?? "";
});

describe("AssumeRoot", () => {
  it("gives a member's root user a password, and can do nothing but its task", async () => {
    const admin = await here.user(
      "admin",
      allow("sts:AssumeRoot", `arn:aws:iam::${member}:*`, {
        StringEquals: { "sts:TaskPolicyArn": task("IAMCreateRootUserPassword").arn },
      }),
    );
    const { Credentials } = await assumeRoot(admin);
    expect(Math.round(((Credentials?.Expiration?.getTime() ?? 0) - Date.now()) / 10_000) * 10).toBe(
      900,
    );
    const session = credentialsOf(Credentials);
    expect(await here.sts(session).send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: member,
      Arn: `arn:aws:iam::${member}:root`,
    });
    await here.iam(session).send(new CreateLoginProfileCommand({ Password: "a Password of 20!" }));
    for (const call of [
      () => here.iam(session).send(new ListUsersCommand({})),
      () => here.iam(session).send(new DeleteLoginProfileCommand({})),
      () =>
        here.sts(session).send(
          new AssumeRoleCommand({
            RoleArn: `arn:aws:iam::${member}:role/OrganizationAccountAccessRole`,
            RoleSessionName: "s1",
          }),
        ),
      () =>
        here.sts(session).send(
          new AssumeRootCommand({
            TargetPrincipal: member,
            TaskPolicyArn: task("IAMCreateRootUserPassword"),
          }),
        ),
    ]) {
      expect((await refusal(call())).code).toBe("AccessDenied");
    }
    const response = await fetch(`${here.url()}/signin`, {
      method: "POST",
      body: JSON.stringify({
        account: member,
        email: "root@tenant.example",
        password: "a Password of 20!",
      }),
    });
    expect(response.status).toBe(200);
    expect(
      (await refusal(assumeRoot(admin, { TaskPolicyArn: task("IAMAuditRootUserCredentials") })))
        .code,
    ).toBe("AccessDenied");
    const audit = credentialsOf(
      (
        await assumeRoot(here.root(), {
          TaskPolicyArn: task("IAMAuditRootUserCredentials"),
          TargetPrincipal: `arn:aws:iam::${member}:root`,
        })
      ).Credentials,
    );
    await here.iam(audit).send(new GetLoginProfileCommand({}));
  });

  it("reaches members of the organization only, with AWS's task policies only", async () => {
    const admin = await here.user("all", allow("sts:AssumeRoot"));
    for (const TargetPrincipal of [ACCOUNT, "200000000000"]) {
      expect(await refusal(assumeRoot(admin, { TargetPrincipal }))).toMatchObject({
        code: "AccessDenied",
        message: expect.stringContaining(
          `sts:AssumeRoot on resource: arn:aws:iam::${TargetPrincipal}:root`,
        ),
      });
    }
    const session = credentialsOf(
      (
        await here.sts(admin).send(
          new AssumeRootCommand({
            TargetPrincipal: member,
            TaskPolicyArn: task("IAMAuditRootUserCredentials"),
            DurationSeconds: 60,
          }),
        )
      ).Credentials,
    );
    expect((await refusal(assumeRoot(session))).code).toBe("AccessDenied");
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
});
