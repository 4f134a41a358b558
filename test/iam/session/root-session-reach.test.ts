import { AssumeRootCommand } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  credentialsOf,
  startInstallation,
  type TestCredentials,
  type TestInstallation,
} from "../../support/harness.ts";
import {
  inputFor,
  type OfferedOperation,
  OPERATIONS,
  sendAs,
} from "../../support/operation-call.ts";
import { type OperationWorld, operationWorld } from "../../support/operation-world.ts";
import { user } from "../../support/people.ts";
import { task } from "../../support/root-access.ts";
import { refusal } from "../../support/sts-installation.ts";

/**
 * Every operation that is offered, tried by a session of every root task: in the management account
 * with a name, a name of the member's, and none.
 */
let installation: TestInstallation;
let world: OperationWorld;
const sessions = new Map<string, TestCredentials>();

const TASKS: Readonly<Record<string, readonly string[]>> = {
  IAMAuditRootUserCredentials: [
    "GetAccessKeyLastUsed",
    "GetAccountSummary",
    "GetLoginProfile",
    "GetUser",
    "ListAccessKeys",
    "ListMFADevices",
    "ListSigningCertificates",
  ],
  IAMCreateRootUserPassword: ["CreateLoginProfile", "GetLoginProfile"],
  IAMDeleteRootUserCredentials: [
    "DeactivateMFADevice",
    "DeleteAccessKey",
    "DeleteLoginProfile",
    "DeleteSigningCertificate",
    "GetAccessKeyLastUsed",
    "GetLoginProfile",
    "GetUser",
    "ListAccessKeys",
    "ListMFADevices",
    "ListSigningCertificates",
  ],
  S3UnlockBucketPolicy: [],
  SQSUnlockQueuePolicy: [],
};

beforeAll(async () => {
  installation = await startInstallation({
    memberRate: { perSecond: 1_000_000, burst: 1_000_000 },
  });
  world = await operationWorld(installation);
  const admin = await user(installation, "admin", {
    Effect: "Allow",
    Action: "*",
    Resource: "*",
  });
  for (const name of Object.keys(TASKS)) {
    const { Credentials } = await installation
      .stsAs(admin)
      .send(new AssumeRootCommand({ TargetPrincipal: world.member, TaskPolicyArn: task(name) }));
    sessions.set(name, credentialsOf(Credentials));
  }
  // The same names in the member account: a refusal must not be that there is nothing.
  await copyIntoMember();
});
afterAll(() => installation.stop());

async function copyIntoMember(): Promise<void> {
  const { AssumeRoleCommand } = await import("@aws-sdk/client-sts");
  const iam = await import("@aws-sdk/client-iam");
  const insider = await user(installation, "insider", {
    Effect: "Allow",
    Action: "sts:AssumeRole",
    Resource: "*",
  });
  const { Credentials } = await installation.stsAs(insider).send(
    new AssumeRoleCommand({
      RoleArn: `arn:aws:iam::${world.member}:role/OrganizationAccountAccessRole`,
      RoleSessionName: "set-up",
    }),
  );
  const client = installation.iamAs(credentialsOf(Credentials));
  await client.send(new iam.CreateUserCommand({ UserName: "subject" }));
  await client.send(new iam.CreateAccessKeyCommand({ UserName: "subject" }));
  await client.send(
    new iam.CreateLoginProfileCommand({ UserName: "subject", Password: "some Password 1!" }),
  );
  await client.send(new iam.CreateGroupCommand({ GroupName: "group" }));
}

/**
 * How the session may name a user: by name, as the root user in several spellings, or not at all.
 */
const NAMES = [
  "subject",
  "root",
  "<root_account>",
  "",
  undefined,
  () => world.member,
  () => `arn:aws:iam::${world.member}:root`,
];

async function attempts(operation: OfferedOperation): Promise<readonly object[]> {
  const whole = await inputFor(operation, world);
  if (!Object.hasOwn(whole, "UserName")) return [whole];
  return Promise.all(
    NAMES.map((name) =>
      inputFor(operation, world, { UserName: typeof name === "function" ? name() : name }),
    ),
  );
}

/** Calls at once: enough to be fast, few enough for every one to be answered. */
const AT_ONCE = 16;

describe.each(Object.keys(TASKS))("a session of %s", (name) => {
  const isOwn = ({ service, name: operation }: OfferedOperation) =>
    service === "iam" && TASKS[name]?.includes(operation) === true;
  let send: ReturnType<typeof sendAs>;
  beforeAll(() => {
    send = sendAs(installation, sessions.get(name) as TestCredentials);
  });

  test("is refused every other operation", async () => {
    const others = OPERATIONS.filter((one) => one.access === "policies" && !isOwn(one));
    expect(others.length).toBeGreaterThan(180);
    const wrong: string[] = [];
    const tryOne = async (operation: OfferedOperation) => {
      for (const [index, input] of (await attempts(operation)).entries()) {
        const { code } = await refusal(send(operation, input));
        // A spelling may be no name at all; the first input is valid, so that the session is
        // refused.
        const right = index === 0 ? /^AccessDenied/ : /^AccessDenied|^ValidationError$/;
        if (!right.test(code)) wrong.push(`${operation.action} ${index}: ${code}`);
      }
    };
    for (let start = 0; start < others.length; start += AT_ONCE)
      await Promise.all(others.slice(start, start + AT_ONCE).map(tryOne));
    expect(wrong).toEqual([]);
  });

  test("performs its own actions on no user", async () => {
    for (const operation of OPERATIONS.filter(isOwn)) {
      if (operation.name === "GetAccountSummary") continue;
      const { code } = await refusal(send(operation, await inputFor(operation, world)));
      expect(code, operation.name).toBe("AccessDenied");
    }
  });

  test("gets no further credentials", async () => {
    for (const operation of OPERATIONS) {
      if (operation.access !== "anyone" || operation.name === "GetCallerIdentity") continue;
      const { code } = await refusal(send(operation, await inputFor(operation, world)));
      expect(code, operation.name).toBe("AccessDenied");
    }
  });
});

test("the member's users are as they were", async () => {
  const iam = await import("@aws-sdk/client-iam");
  const { AssumeRoleCommand } = await import("@aws-sdk/client-sts");
  const watcher = await user(installation, "watcher", {
    Effect: "Allow",
    Action: "sts:AssumeRole",
    Resource: "*",
  });
  const { Credentials } = await installation.stsAs(watcher).send(
    new AssumeRoleCommand({
      RoleArn: `arn:aws:iam::${world.member}:role/OrganizationAccountAccessRole`,
      RoleSessionName: "look",
    }),
  );
  const client = installation.iamAs(credentialsOf(Credentials));
  const { Users } = await client.send(new iam.ListUsersCommand({}));
  expect(Users?.map(({ UserName }) => UserName)).toEqual(["subject"]);
  await client.send(new iam.GetLoginProfileCommand({ UserName: "subject" }));
  const keys = await client.send(new iam.ListAccessKeysCommand({ UserName: "subject" }));
  expect(keys.AccessKeyMetadata).toHaveLength(1);
  expect((await client.send(new iam.GetAccountSummaryCommand({}))).SummaryMap).toMatchObject({
    Users: 1,
    Groups: 1,
    Roles: 1,
    Policies: 0,
  });
});
