import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { GetAccountSummaryCommand, GetUserCommand, ListUsersCommand } from "@aws-sdk/client-iam";
import { issueSession } from "@portcullis/iam/issue-session";
import { dynamoStore, fileKeyWrapper, loadKeyRing } from "@portcullis/store";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { credentialsOf, startInstallation, type TestInstallation } from "../../support/harness.ts";
import { openMember } from "../../support/root-access.ts";
import { refusal } from "../../support/sts-installation.ts";

/**
 * Root sessions made by hand, whose policies allow everything: what confines a session of
 * `sts:AssumeRoot` does not rest on its policies.
 */
const folder = mkdtempSync(join(tmpdir(), "portcullis-root-session-"));
let installation: TestInstallation;
let member: string;
beforeAll(async () => {
  installation = await startInstallation({ dataDirectory: folder });
  const { CreateOrganizationCommand } = await import("@aws-sdk/client-organizations");
  await installation.organizations.send(new CreateOrganizationCommand({ FeatureSet: "ALL" }));
  member = await openMember(installation.organizations, "tenant");
});
afterAll(async () => {
  await installation.stop();
  rmSync(folder, { recursive: true, force: true });
});

const ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess";
const AUDIT = "arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials";
const EVERYTHING = JSON.stringify({
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Action: "*", Resource: "*" },
});

async function sessionWith(policyArns: readonly string[]) {
  const client = new DynamoDBClient({
    endpoint: installation.local.dynamodbEndpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  const sealer = await loadKeyRing({
    reader: dynamoStore({ client, tableName: "portcullis" }),
    wrapper: await fileKeyWrapper(join(folder, "master-key")),
    account: installation.account,
  });
  client.destroy();
  const issuedAt = Math.floor(Date.now() / 1000);
  return credentialsOf(
    issueSession(
      sealer,
      { kind: "root" },
      {
        kind: "AssumedRoot",
        account: member,
        ownerId: member,
        issuedAt,
        expiresAt: issuedAt + 900,
        policyArns,
        policies: [EVERYTHING],
      },
    ),
  );
}

describe("a root session whose policies allow everything", () => {
  it.each([[[]], [[ADMINISTRATOR]], [[AUDIT, ADMINISTRATOR]]])(
    "may do nothing, with %j for its task",
    async (policyArns) => {
      const session = await sessionWith(policyArns);
      const iam = installation.iamAs(session);
      for (const command of [
        new GetUserCommand({}),
        new GetAccountSummaryCommand({}),
        new ListUsersCommand({}),
      ])
        expect((await refusal(iam.send(command as GetUserCommand))).code).toBe("AccessDenied");
    },
  );

  it("performs its task on the root user, and nothing else", async () => {
    const iam = installation.iamAs(await sessionWith([AUDIT]));
    await iam.send(new GetUserCommand({}));
    await iam.send(new GetAccountSummaryCommand({}));
    expect((await refusal(iam.send(new GetUserCommand({ UserName: "root" })))).code).toBe(
      "AccessDenied",
    );
    expect((await refusal(iam.send(new ListUsersCommand({})))).code).toBe("AccessDenied");
  });
});
