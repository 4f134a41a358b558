import { InputFault } from "@portcullis/testing/input-fault";
import { type Command, Option } from "commander";
import { CommandFault } from "../command-fault.ts";
import { dataDirectoryOption, portOption } from "../installation/options.ts";
import { jsonText, print } from "../output/write-report.ts";
import { jsonOption } from "../policy/options.ts";
import { authorizeAtTerminal, authorizeInBrowser } from "./authorization.ts";
import { printCredentials } from "./credential-process.ts";
import { newDpopKey } from "./dpop.ts";
import { findEndpoint } from "./endpoint.ts";
import { checkProfileName, readProfile, refuseOtherCredentials, writeProfile } from "./profile.ts";
import { sessionName, writeLogin } from "./token-cache.ts";
import { exchange } from "./token-call.ts";

interface Options {
  readonly profile: string;
  readonly endpoint?: string;
  readonly dataDir: string;
  readonly region: string;
  readonly browser: boolean;
  readonly account?: string;
  readonly user?: string;
  readonly email?: string;
  readonly port: number;
  readonly process?: true;
  readonly json?: true;
}

export const profileOption = (): Option =>
  new Option("--profile <name>", "the profile of AWS's configuration files").default("portcullis");

export function addLogin(root: Command): void {
  root
    .command("login")
    .description("log in by the browser, for the AWS CLI, SDKs and this command")
    .addOption(profileOption())
    .option("--endpoint <url>", "the control API; default: the profile's, or the local one")
    .addOption(dataDirectoryOption())
    .option("--region <region>", "the region that the profile names", "us-east-1")
    .option("--no-browser", "type password and MFA code in the terminal")
    .option("--account <id>", "with --no-browser: the account's ID or alias")
    .option("--user <name>", "with --no-browser: the user's name")
    .option("--email <address>", "with --no-browser: the root user's e-mail address")
    .addOption(portOption("--port <number>", "the loopback port that the browser returns to", 0))
    .option("--process", "print the credentials for `credential_process`, and ask nothing")
    .addOption(jsonOption())
    .addHelpText("after", NOTES)
    .action(run);
}

const NOTES = `
The profile is written so that \`aws --profile <name>\` and every SDK use the login. Credentials hold
for 15 minutes and are refreshed while the sign-in lasts: 12 hours, one for the root user.
Exit codes: 0 you are logged in; 1 you are not; 2 wrong usage.`;

async function run(options: Options): Promise<void> {
  const { env } = process;
  const { profile } = options;
  checkProfileName(profile);
  const found = readProfile(profile, env);
  if (options.process === true) return printCredentials(profile, found, { env, now: new Date() });
  const { account, user, email } = options;
  if (options.browser && [account, user, email].some((given) => given !== undefined))
    throw new InputFault("--account, --user and --email are for --no-browser.");
  if (!/^[a-z0-9-]{1,32}$/.test(options.region))
    throw new InputFault(`The region must be such as us-east-1, not \`${options.region}\`.`);
  refuseOtherCredentials(profile, env);
  const endpoint = findEndpoint(options.endpoint, found?.endpoint, options.dataDir);
  const code = options.browser
    ? await authorizeInBrowser(endpoint, { port: options.port, env })
    : await authorizeAtTerminal(endpoint, { account, user, email });
  const login = await exchange(endpoint, code, newDpopKey(), new Date());
  const { principalArn, accountId, expiresAt } = subjectOf(login.idToken);
  const session = sessionName(principalArn, endpoint);
  writeLogin(session, { ...login, accessToken: { ...login.accessToken, accountId } }, env);
  const file = writeProfile(profile, { endpoint, session, region: options.region }, env);
  const ends = expiresAt.toISOString();
  if (options.json === true)
    return print(jsonText({ principalArn, profile, configFile: file, loginExpiration: ends }));
  print(`You are logged in as ${principalArn} until ${ends}.`);
  print(`Use it with: aws --profile ${profile} sts get-caller-identity`);
}

/** The id token came from the installation itself, in answer to the code. */
function subjectOf(idToken = ""): { principalArn: string; accountId: string; expiresAt: Date } {
  const [, payload = ""] = idToken.split(".");
  const { sub, exp } = claimsOf(payload);
  const principalArn = typeof sub === "string" ? sub : "";
  const accountId = /^arn:aws:iam::(\d{12}):(?:root$|user\/[!-~]+$)/.exec(principalArn)?.[1];
  if (accountId === undefined || typeof exp !== "number")
    throw new CommandFault("The control API did not say whom the credentials are of.");
  return { principalArn, accountId, expiresAt: new Date(exp * 1000) };
}

function claimsOf(payload: string): { readonly sub?: unknown; readonly exp?: unknown } {
  try {
    return Object(JSON.parse(Buffer.from(payload, "base64url").toString("utf8")));
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
