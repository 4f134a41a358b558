import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { credentialsOf, type TestCredentials, type TestInstallation } from "./harness.ts";
import { roleTrust } from "./trust.ts";

/** A policy document of one statement, or of several. */
export const document = (...statements: readonly object[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });

export const allow = (
  Action: string | readonly string[],
  Resource: string | readonly string[] = "*",
) => ({
  Effect: "Allow",
  Action,
  Resource,
});

export const deny = (
  Action: string | readonly string[],
  Resource: string | readonly string[] = "*",
) => ({
  Effect: "Deny",
  Action,
  Resource,
});

/** A user with an access key and, as inline policy, the statements. */
export async function user(
  { iam }: TestInstallation,
  name: string,
  ...statements: readonly object[]
): Promise<TestCredentials> {
  await iam.send(new CreateUserCommand({ UserName: name }));
  if (statements.length > 0)
    await iam.send(
      new PutUserPolicyCommand({
        UserName: name,
        PolicyName: "own",
        PolicyDocument: document(...statements),
      }),
    );
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: name }));
  return credentialsOf(AccessKey);
}

/** A session of a new role that the account trusts, with the statements as its inline policy. */
export async function session(
  installation: TestInstallation,
  roleName: string,
  caller: TestCredentials,
  ...statements: readonly object[]
): Promise<TestCredentials> {
  const { iam, account } = installation;
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName: roleName,
      AssumeRolePolicyDocument: roleTrust(account),
    }),
  );
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: roleName,
      PolicyName: "own",
      PolicyDocument: document(...statements),
    }),
  );
  const assumed = await installation
    .stsAs(caller)
    .send(new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: "one" }));
  return credentialsOf(assumed.Credentials);
}

/**
 * Of what went to DynamoDB, the authorizer's own: it uses no SDK, which names itself; what is
 * learnt of usage is written by another.
 */
export const ofAuthorizer = <
  R extends { readonly headers: { readonly "user-agent"?: string | undefined } },
>(
  requests: readonly R[],
): readonly R[] => requests.filter(({ headers }) => headers["user-agent"] === undefined);
