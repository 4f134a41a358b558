import {
  CreateLoginProfileCommand,
  CreateUserCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { credentialsOf, type TestCredentials, type TestInstallation } from "./harness.ts";
import { allow, document } from "./people.ts";

export const PASSWORD = "a good pAssword 1!";
export const ROOT_EMAIL = "root@localhost";
export const ROOT_PASSWORD = "the root password of the tests, 1";

/** A user with a password who may log in by the browser, and whatever the statements say. */
export async function passwordUser(
  { iam }: TestInstallation,
  name: string,
  ...statements: readonly object[]
): Promise<void> {
  await iam.send(new CreateUserCommand({ UserName: name }));
  await iam.send(new CreateLoginProfileCommand({ UserName: name, Password: PASSWORD }));
  await iam.send(
    new PutUserPolicyCommand({
      UserName: name,
      PolicyName: "own",
      PolicyDocument: document(allow("signin:AuthorizeOAuth2Access"), ...statements),
    }),
  );
}

/** The credentials that the console has after a sign-in. */
export async function signIn(
  { local, account }: TestInstallation,
  members: Readonly<Record<string, string>>,
): Promise<TestCredentials> {
  const response = await fetch(`${local.controlUrl}/signin`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ account, ...members }),
  });
  if (!response.ok) throw new Error(`the sign-in was answered ${response.status}`);
  const { credentials } = (await response.json()) as { credentials: object };
  return credentialsOf(credentials);
}

/** The credentials of a user's sign-in with the usual password. */
export const signInAs = (
  installation: TestInstallation,
  userName: string,
  mfaCode?: string,
): Promise<TestCredentials> =>
  signIn(installation, { userName, password: PASSWORD, ...(mfaCode ? { mfaCode } : {}) });

export const signInAsRoot = (installation: TestInstallation): Promise<TestCredentials> =>
  signIn(installation, { email: ROOT_EMAIL, password: ROOT_PASSWORD });
