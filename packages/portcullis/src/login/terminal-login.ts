import { InputFault } from "@portcullis/testing/input-fault";
import { z } from "zod";
import { CommandFault } from "../command-fault.ts";
import { type JsonAnswer, postJson } from "./post-json.ts";
import { type Prompt, terminalPrompt } from "./prompt.ts";

/** Who logs in, as far as the command line says it. */
export interface Person {
  readonly account?: string | undefined;
  readonly user?: string | undefined;
  /** Of the root user. */
  readonly email?: string | undefined;
}

export interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

const SIGNED_IN = z.object({
  credentials: z.object({
    AccessKeyId: z.string(),
    SecretAccessKey: z.string(),
    SessionToken: z.string(),
  }),
  passwordResetRequired: z.boolean(),
});

/**
 * Signs in with a password, an MFA code where one is needed, and a new password where the old one
 * must be changed, all typed in the terminal.
 * @throws {CommandFault} with the installation's own sentence if it refuses
 */
export async function signInAtTerminal(
  endpoint: string,
  { account, user, email }: Person,
): Promise<SessionCredentials> {
  if (user !== undefined && email !== undefined)
    throw new InputFault("Give --user or --email, not both.");
  const prompt = terminalPrompt();
  try {
    const whom = {
      account: account ?? (await prompt.ask("Account ID or alias: ")),
      ...(email === undefined
        ? { userName: user ?? (await prompt.ask("User name: ")) }
        : { email }),
    };
    const password = await prompt.askSecret("Password: ");
    const first = await signIn(endpoint, prompt, { ...whom, password });
    if (!first.passwordResetRequired) return first.credentials;
    process.stderr.write("The password must be changed before anything else is allowed.\n");
    const newPassword = await prompt.askSecret("New password: ");
    if ((await prompt.askSecret("New password again: ")) !== newPassword)
      throw new CommandFault("The two passwords differ.");
    await changePassword(endpoint, first.credentials, password, newPassword);
    return (await signIn(endpoint, prompt, { ...whom, password: newPassword })).credentials;
  } finally {
    prompt.close();
  }
}

async function signIn(
  endpoint: string,
  prompt: Prompt,
  members: Readonly<Record<string, string>>,
): Promise<{ credentials: SessionCredentials; passwordResetRequired: boolean }> {
  const url = `${endpoint}/signin`;
  let answer = await postJson(url, members);
  if (isMfaRequired(answer)) {
    const mfaCode = (await prompt.ask("MFA code: ")).replaceAll(" ", "");
    answer = await postJson(url, { ...members, mfaCode });
  }
  const signedIn = answer.status === 200 ? SIGNED_IN.safeParse(answer.body).data : undefined;
  if (signedIn === undefined) throw new CommandFault(refusalOf(answer));
  const { AccessKeyId, SecretAccessKey, SessionToken } = signedIn.credentials;
  return {
    credentials: {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
    },
    passwordResetRequired: signedIn.passwordResetRequired,
  };
}

const isMfaRequired = ({ status, body }: JsonAnswer): boolean =>
  status === 401 && z.object({ mfaRequired: z.literal(true) }).safeParse(body).success;

function refusalOf({ status, headers, body }: JsonAnswer): string {
  const message = z.object({ message: z.string() }).safeParse(body).data?.message;
  const wait = headers.get("retry-after");
  const advice = wait === null ? "" : ` Too many attempts: wait ${wait} s.`;
  return `${message ?? `The sign-in was answered ${status}.`}${advice}`;
}

async function changePassword(
  endpoint: string,
  credentials: SessionCredentials,
  oldPassword: string,
  newPassword: string,
): Promise<void> {
  const { ChangePasswordCommand, IAMClient } = await import("@aws-sdk/client-iam");
  const iam = new IAMClient({ endpoint: `${endpoint}/iam`, region: "us-east-1", credentials });
  try {
    await iam.send(
      new ChangePasswordCommand({ OldPassword: oldPassword, NewPassword: newPassword }),
    );
  } catch (error) {
    throw new CommandFault(error instanceof Error ? error.message : String(error));
  } finally {
    iam.destroy();
  }
}
