import {
  DisableOrganizationsRootCredentialsManagementCommand,
  DisableOrganizationsRootSessionsCommand,
  EnableOrganizationsRootCredentialsManagementCommand,
  EnableOrganizationsRootSessionsCommand,
  GetAccountSummaryCommand,
  ListOrganizationsFeaturesCommand,
  SetSecurityTokenServicePreferencesCommand,
} from "@aws-sdk/client-iam";
import {
  CreateOrganizationCommand,
  DescribeOrganizationCommand,
  DisableAWSServiceAccessCommand,
  EnableAWSServiceAccessCommand,
  RegisterDelegatedAdministratorCommand,
} from "@aws-sdk/client-organizations";
import { AssumeRoleCommand, AssumeRootCommand } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  credentialsOf,
  startInstallation,
  type TestCredentials,
  type TestInstallation,
} from "../../support/harness.ts";
import { user } from "../../support/people.ts";
import { openMember, task } from "../../support/root-access.ts";
import { refusal } from "../../support/sts-installation.ts";

/** The steps of centralized root access, in the order in which an organization takes them. */
let installation: TestInstallation;
let admin: TestCredentials;
let member: string;
let inside: TestCredentials;
beforeAll(async () => {
  installation = await startInstallation();
  admin = await user(installation, "admin", { Effect: "Allow", Action: "*", Resource: "*" });
});
afterAll(() => installation.stop());

const ServicePrincipal = "iam.amazonaws.com";
const changes = [
  () => new EnableOrganizationsRootCredentialsManagementCommand({}),
  () => new EnableOrganizationsRootSessionsCommand({}),
  () => new DisableOrganizationsRootCredentialsManagementCommand({}),
  () => new DisableOrganizationsRootSessionsCommand({}),
] as const;

async function refusals(credentials = admin): Promise<readonly string[]> {
  const iam = installation.iamAs(credentials);
  const [enableManagement, enableSessions, disableManagement, disableSessions] = changes;
  const answers = [
    await refusal(iam.send(enableManagement())),
    await refusal(iam.send(enableSessions())),
    await refusal(iam.send(disableManagement())),
    await refusal(iam.send(disableSessions())),
    await refusal(iam.send(new ListOrganizationsFeaturesCommand({}))),
  ];
  return [...new Set(answers.map(({ code, message }) => `${code}: ${message}`))];
}

const assume = (name: string) =>
  installation
    .stsAs(admin)
    .send(new AssumeRootCommand({ TargetPrincipal: member, TaskPolicyArn: task(name) }));

test("needs an organization", async () => {
  expect(await refusals()).toEqual([
    "OrganizationNotFoundException: The request was rejected because no organization is associated with your account.",
  ]);
});

test("needs trusted access for IAM", async () => {
  await installation.organizations.send(new CreateOrganizationCommand({ FeatureSet: "ALL" }));
  member = await openMember(installation.organizations, "tenant");
  const { Credentials } = await installation.stsAs(admin).send(
    new AssumeRoleCommand({
      RoleArn: `arn:aws:iam::${member}:role/OrganizationAccountAccessRole`,
      RoleSessionName: "inside",
    }),
  );
  inside = credentialsOf(Credentials);
  expect(await refusals()).toEqual([
    "ServiceAccessNotEnabledException: The request was rejected because trusted access is not enabled for IAM in Organizations.",
  ]);
  await installation.organizations.send(new EnableAWSServiceAccessCommand({ ServicePrincipal }));
});

test("is the management account's, and a delegated administrator's", async () => {
  expect(await refusals(inside)).toEqual([
    "AccountNotManagementOrDelegatedAdministratorException: The request was rejected because the account making the request is not the management account or delegated administrator account for centralized root access.",
  ]);
  const denied = await user(installation, "denied");
  expect((await refusals(denied)).every((one) => one.startsWith("AccessDenied"))).toBe(true);
});

test("each task works while its feature is enabled, and no longer", async () => {
  const { Organization } = await installation.organizations.send(
    new DescribeOrganizationCommand({}),
  );
  const iam = installation.iamAs(admin);
  const allowed = async () =>
    Promise.all(
      ["IAMAuditRootUserCredentials", "SQSUnlockQueuePolicy"].map((name) =>
        assume(name).then(
          () => true,
          (error: Error) => {
            expect(error.name).toBe("AccessDenied");
            return false;
          },
        ),
      ),
    );
  const listed = async () => {
    const answer = await iam.send(new ListOrganizationsFeaturesCommand({}));
    expect(answer.OrganizationId).toBe(Organization?.Id);
    return answer.EnabledFeatures;
  };

  expect([await listed(), await allowed()]).toEqual([[], [false, false]]);
  const enabled = await iam.send(new EnableOrganizationsRootCredentialsManagementCommand({}));
  expect(enabled.EnabledFeatures).toEqual(["RootCredentialsManagement"]);
  expect(await allowed()).toEqual([true, false]);
  await iam.send(new EnableOrganizationsRootSessionsCommand({}));
  expect(await listed()).toEqual(["RootCredentialsManagement", "RootSessions"]);
  expect(await allowed()).toEqual([true, true]);
  await iam.send(new EnableOrganizationsRootSessionsCommand({}));
  await iam.send(new DisableOrganizationsRootCredentialsManagementCommand({}));
  expect([await listed(), await allowed()]).toEqual([["RootSessions"], [false, true]]);
  await iam.send(new DisableOrganizationsRootSessionsCommand({}));
  expect([await listed(), await allowed()]).toEqual([[], [false, false]]);

  await iam.send(new EnableOrganizationsRootSessionsCommand({}));
  await installation.organizations.send(new DisableAWSServiceAccessCommand({ ServicePrincipal }));
  expect(await allowed()).toEqual([false, false]);
  await installation.organizations.send(new EnableAWSServiceAccessCommand({ ServicePrincipal }));
  expect(await allowed()).toEqual([false, true]);
});

test("a delegated administrator enables and lists features", async () => {
  await installation.organizations.send(
    new RegisterDelegatedAdministratorCommand({ AccountId: member, ServicePrincipal }),
  );
  const iam = installation.iamAs(inside);
  const { EnabledFeatures } = await iam.send(
    new EnableOrganizationsRootCredentialsManagementCommand({}),
  );
  expect(EnabledFeatures).toEqual(["RootCredentialsManagement", "RootSessions"]);
});

test("changes of features at once lose none of them", async () => {
  const iam = installation.iamAs(admin);
  const [enableManagement, enableSessions, disableManagement, disableSessions] = changes;
  const features = async () =>
    (await iam.send(new ListOrganizationsFeaturesCommand({}))).EnabledFeatures;
  for (let round = 0; round < 5; round++) {
    await Promise.all([iam.send(disableManagement()), iam.send(disableSessions())]);
    expect(await features()).toEqual([]);
    await Promise.all([iam.send(enableManagement()), iam.send(enableSessions())]);
    expect(await features()).toEqual(["RootCredentialsManagement", "RootSessions"]);
  }
});

test("the version of global endpoint tokens is kept and shown", async () => {
  const { iam } = installation;
  const version = async () =>
    (await iam.send(new GetAccountSummaryCommand({}))).SummaryMap?.GlobalEndpointTokenVersion;
  expect(await version()).toBe(1);
  const set = (GlobalEndpointTokenVersion: string) =>
    iam.send(
      new SetSecurityTokenServicePreferencesCommand({
        GlobalEndpointTokenVersion: GlobalEndpointTokenVersion as "v2Token",
      }),
    );
  await set("v2Token");
  expect(await version()).toBe(2);
  await set("v1Token");
  expect(await version()).toBe(1);
  expect((await refusal(set("v3Token"))).code).toBe("ValidationError");
});
