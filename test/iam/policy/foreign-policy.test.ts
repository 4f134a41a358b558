import { CreateRoleCommand, ListUsersCommand } from "@aws-sdk/client-iam";
import {
  AttachPolicyCommand,
  CreateAccountCommand,
  CreateOrganizationCommand,
  CreatePolicyCommand,
  EnablePolicyTypeCommand,
  ListRootsCommand,
} from "@aws-sdk/client-organizations";
import { AssumeRoleCommand, DecodeAuthorizationMessageCommand } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  credentialsOf,
  startInstallation,
  type TestCredentials,
  type TestInstallation,
} from "../../support/harness.ts";
import { allow, deny, document, user } from "../../support/people.ts";

let here: TestInstallation;
let operator: TestCredentials;
let member: string;
let tenant: TestCredentials;
beforeAll(async () => {
  here = await startInstallation();
  await here.organizations.send(new CreateOrganizationCommand({ FeatureSet: "ALL" }));
  const made = await here.organizations.send(
    new CreateAccountCommand({ AccountName: "tenant", Email: "tenant@example.com" }),
  );
  member = made.CreateAccountStatus?.AccountId ?? "";
  operator = await user(here, "operator", allow("*"));
  tenant = await assume(operator, "OrganizationAccountAccessRole");
});
afterAll(() => here.stop());

const RoleSessionName = "one";
async function assume(credentials: TestCredentials, role: string): Promise<TestCredentials> {
  const RoleArn = `arn:aws:iam::${member}:role/${role}`;
  const answer = await here
    .stsAs(credentials)
    .send(new AssumeRoleCommand({ RoleArn, RoleSessionName }));
  return credentialsOf(answer.Credentials);
}

/** What whoever may decode messages in the caller's account learns of the refusal. */
async function explained(credentials: TestCredentials, refused: Promise<unknown>) {
  const error = await refused.then(
    () => undefined,
    (reason: { EncodedAuthorizationMessage?: string }) => reason,
  );
  const EncodedMessage = error?.EncodedAuthorizationMessage;
  const answer = await here
    .stsAs(credentials)
    .send(new DecodeAuthorizationMessageCommand({ EncodedMessage }));
  return JSON.parse(answer.DecodedMessage ?? "");
}

it("reveals no trust policy of another account's role", async () => {
  await here.iamAs(tenant).send(
    new CreateRoleCommand({
      RoleName: "partner",
      AssumeRolePolicyDocument: document(
        { Effect: "Allow", Principal: { AWS: here.account }, Action: "sts:AssumeRole" },
        {
          Effect: "Deny",
          Principal: "*",
          Action: "sts:AssumeRole",
          Condition: { StringNotEquals: { "sts:ExternalId": "a-shared-secret" } },
        },
      ),
    }),
  );
  const message = await explained(operator, assume(operator, "partner"));
  expect(JSON.stringify(message)).not.toContain("a-shared-secret");
  expect(message).toMatchObject({
    explicitDeny: false,
    matchedStatements: { items: [] },
    failures: { items: [{ reason: "no role trust policy allows the sts:AssumeRole action" }] },
  });
});

it("tells a member account nothing of the guardrails above it but that they deny", async () => {
  const { Roots } = await here.organizations.send(new ListRootsCommand({}));
  const TargetId = Roots?.[0]?.Id;
  const PolicyType = "SERVICE_CONTROL_POLICY";
  await here.organizations.send(new EnablePolicyTypeCommand({ RootId: TargetId, PolicyType }));
  const { Policy } = await here.organizations.send(
    new CreatePolicyCommand({
      Name: "guard",
      Description: "",
      Type: PolicyType,
      Content: document({ ...deny("iam:ListUsers"), Sid: "OperatorsSecret" }),
    }),
  );
  await here.organizations.send(
    new AttachPolicyCommand({ PolicyId: Policy?.PolicySummary?.Id, TargetId }),
  );
  const message = await explained(tenant, here.iamAs(tenant).send(new ListUsersCommand({})));
  expect(JSON.stringify(message)).not.toContain("OperatorsSecret");
  expect(message).toMatchObject({
    explicitDeny: true,
    matchedStatements: { items: [] },
    failures: { items: [{ reason: "a service control policy denies the iam:ListUsers action" }] },
  });
});
