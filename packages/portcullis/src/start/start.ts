import { relative, resolve } from "node:path";
import type { LocalControl } from "@portcullis/local";
import type { Command } from "commander";
import { dataDirectoryOption, portOption } from "../installation/options.ts";
import { consoleFiles } from "./console-files.ts";

/** Adds `portcullis start`. */
export function addStart(program: Command): void {
  program
    .command("start")
    .description("run an installation on this machine: control API and web console")
    .addOption(portOption("--port <port>", "the control API's port", 4000).env("PORT"))
    .addOption(dataDirectoryOption())
    .option("--sample", "with the sample API, and gateways in front of it")
    .addHelpText("after", ENVIRONMENT)
    .action(start);
}

const ENVIRONMENT = `
Users, policies and keys stay in the folder. Further settings are variables of the environment:
PORTCULLIS_ACCOUNT_ID, PORTCULLIS_ROOT_EMAIL, PORTCULLIS_ROOT_PASSWORD,
PORTCULLIS_ROOT_ACCESS_KEY_ID, PORTCULLIS_ROOT_SECRET_ACCESS_KEY, DYNAMODB_ENDPOINT.`;

interface Options {
  readonly port: number;
  readonly dataDir: string;
  readonly sample?: true;
}

async function start({ port, dataDir, sample }: Options): Promise<void> {
  const env = { ...process.env, PORT: String(port), PORTCULLIS_DATA_DIR: dataDir };
  // Loaded for this command alone: it is most of the program.
  const { fail, readSettings, runInstallation, startControl, untilStopped } = await import(
    "@portcullis/local/run"
  );
  if (sample === true) {
    const { ordersLocal } = await import("@portcullis/example-orders");
    return runInstallation(env, ordersLocal, consoleFiles);
  }
  // The folder holds password hashes and keys: only their owner may read its files.
  process.umask(0o077);
  const settings = readSettings(env);
  const starting = startControl(settings, { onDeath: fail, console: consoleFiles });
  untilStopped(() => starting.then((control) => control.stop()), fail);
  process.stdout.write(welcome(await starting, resolve(settings.dataDirectory)));
}

function welcome({ controlUrl, rootPassword }: LocalControl, directory: string): string {
  const path = relative(process.cwd(), directory) || ".";
  const folder = path.startsWith("..") ? directory : path;
  return `
Portcullis is ready.
  console        ${controlUrl}/console/   (sign in with a browser)
  control API    ${controlUrl}   (IAM, STS and Organizations, for the AWS CLI and SDKs)
${rootPassword === undefined ? "" : `  root password  ${rootPassword}   (of the root user; it is not shown again)\n`}
In the terminal of your server:
  export PORTCULLIS_DATA_DIR=${folder}
In the terminal of the AWS CLI:
  export AWS_CONFIG_FILE=${folder}/config AWS_SHARED_CREDENTIALS_FILE=${folder}/credentials AWS_PROFILE=portcullis

Stop it with Ctrl-C.
`;
}
