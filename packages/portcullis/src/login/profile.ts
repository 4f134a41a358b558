import { existsSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { InputFault } from "@portcullis/testing/input-fault";
import { readSection, writeSections } from "./config-file.ts";

/** A profile of AWS's configuration files that this command has written. */
export interface LoginProfile {
  readonly endpoint: string;
  /** Names the cached login. */
  readonly session: string;
}

interface Files {
  readonly config: string;
  readonly credentials: string;
}

/** AWS's configuration files (AWS SDKs reference guide, file-location). */
const filesOf = (env: NodeJS.ProcessEnv): Files => ({
  config: env.AWS_CONFIG_FILE || join(homedir(), ".aws", "config"),
  credentials: env.AWS_SHARED_CREDENTIALS_FILE || join(homedir(), ".aws", "credentials"),
});

const headerOf = (profile: string): string =>
  profile === "default" ? "[default]" : `[profile ${profile}]`;

const ENDPOINT = "portcullis_endpoint";
const SESSION = "portcullis_session";

/** @throws {InputFault} if it is no name that every tool reads alike */
export function checkProfileName(profile: string): void {
  if (!/^[\w.@+-]{1,64}$/.test(profile))
    throw new InputFault(
      `The profile's name must be letters, digits and _.@+-, not \`${profile}\`.`,
    );
}

/** The profile, if this command has written it. */
export function readProfile(profile: string, env: NodeJS.ProcessEnv): LoginProfile | undefined {
  const found = readSection(filesOf(env).config, headerOf(profile));
  const { [ENDPOINT]: endpoint, [SESSION]: session } = found ?? {};
  return endpoint === undefined || session === undefined ? undefined : { endpoint, session };
}

/** Other settings from which SDKs take credentials, and what AWS's own command calls them. */
const OTHER_CREDENTIALS = {
  aws_access_key_id: "Access Key",
  role_arn: "Assume Role",
  web_identity_token_file: "Web Identity",
  sso_session: "SSO",
  sso_account_id: "SSO",
  login_session: "Login",
} as const;

/**
 * Refuses a profile that has credentials of another kind: they would be lost, or would be used in
 * place of the login's.
 * @throws {InputFault}
 */
export function refuseOtherCredentials(profile: string, env: NodeJS.ProcessEnv): void {
  const { config, credentials } = filesOf(env);
  const settings = readSection(config, headerOf(profile)) ?? {};
  const all = { ...settings, ...readSection(credentials, `[${profile}]`) };
  const own = settings[ENDPOINT] !== undefined;
  const kind =
    Object.entries(OTHER_CREDENTIALS).find(([name]) => Object.hasOwn(all, name))?.[1] ??
    (all.credential_process !== undefined && !own ? "Credential Process" : undefined);
  if (kind !== undefined)
    throw new InputFault(
      `The profile ${profile} is already configured with ${kind} credentials: name another one by --profile, or remove them from it.`,
    );
}

/** The services that AWS's clients call, as configuration files name them, and their paths. */
const SERVICES = {
  accessanalyzer: "access-analyzer",
  cloudtrail: "cloudtrail",
  iam: "iam",
  organizations: "organizations",
  signin: "signin",
  sts: "sts",
} as const;

/**
 * Writes the profile, so that `aws --profile <name>` and every SDK call this installation with the
 * login's credentials.
 * @returns the file
 */
export function writeProfile(
  profile: string,
  { endpoint, session, region }: LoginProfile & { readonly region: string },
  env: NodeJS.ProcessEnv,
): string {
  const { config } = filesOf(env);
  const services = `portcullis-${profile}`;
  writeSections(config, [
    {
      header: headerOf(profile),
      lines: [
        `region = ${region}`,
        `services = ${services}`,
        `credential_process = ${ownCommand()} login --process --profile ${profile}`,
        `${ENDPOINT} = ${endpoint}`,
        `${SESSION} = ${session}`,
      ],
    },
    {
      header: `[services ${services}]`,
      lines: Object.entries(SERVICES).flatMap(([name, path]) => [
        `${name} =`,
        `  endpoint_url = ${endpoint}/${path}`,
      ]),
    },
  ]);
  return config;
}

/**
 * This command as other programs start it, whatever their PATH is. Some start it by a shell, some
 * without, so it has nothing that a shell would read.
 */
function ownCommand(): string {
  const [node = "", script = ""] = process.argv;
  const real = existsSync(script) ? realpathSync(script) : script;
  if (/[\\/]_npx[\\/]/.test(real)) return "npx --yes portcullis";
  const isPlain = [node, real].every((path) => /^[\w ./\\:@+=,~()-]+$/.test(path));
  return isPlain ? `"${node}" "${real}"` : "portcullis";
}
