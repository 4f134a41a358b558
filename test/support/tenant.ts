import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateUserCommand,
  type IAMClient,
} from "@aws-sdk/client-iam";
import { CreateAccountCommand, CreateOrganizationCommand } from "@aws-sdk/client-organizations";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { credentialsOf, type TestCredentials, type TestInstallation } from "./harness.ts";

/** A member account, entered by a session of the role that its organization made in it. */
export interface Tenant {
  readonly id: string;
  readonly email: string;
  readonly admin: TestCredentials;
}

export const ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess";

/** An organization in an installation that has none, and what opens accounts in it. */
export async function openOrganization(installation: TestInstallation) {
  const { iam, organizations } = installation;
  await organizations.send(new CreateOrganizationCommand({ FeatureSet: "ALL" }));
  const operator = await addUser(iam, "operator", [ADMINISTRATOR]);
  const enter = async (id: string) => {
    const answer = await installation.stsAs(operator).send(
      new AssumeRoleCommand({
        RoleArn: `arn:aws:iam::${id}:role/OrganizationAccountAccessRole`,
        RoleSessionName: "operator",
      }),
    );
    return credentialsOf(answer.Credentials);
  };
  return {
    operator,
    enter,
    async open(name: string): Promise<Tenant> {
      const email = `${name}@example.com`;
      const made = await organizations.send(
        new CreateAccountCommand({ AccountName: name, Email: email }),
      );
      const id = made.CreateAccountStatus?.AccountId ?? "";
      return { id, email, admin: await enter(id) };
    },
  };
}

/** A user with policies of AWS's own, and an access key of it. */
export async function addUser(
  iam: IAMClient,
  UserName: string,
  policies: readonly string[] = [],
): Promise<TestCredentials> {
  await iam.send(new CreateUserCommand({ UserName }));
  for (const PolicyArn of policies)
    await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }));
  return credentialsOf((await iam.send(new CreateAccessKeyCommand({ UserName }))).AccessKey);
}
