import { relative, resolve } from "node:path";
import type { LocalControl } from "@portcullis/local";
import type { Command } from "commander";

/** Adds `portcullis start`. */
export function addStart(program: Command): void {
  program
    .command("start")
    .description("run an installation on this machine, for servers that use a middleware")
    .option("--port <port>", "the control API's port", "4000")
    .option("--data-dir <folder>", "where it keeps its data", ".portcullis")
    .addHelpText("after", ENVIRONMENT)
    .action(start);
}

const ENVIRONMENT = `
Users, policies and keys stay in the folder. Further settings are variables of the environment:
PORTCULLIS_ACCOUNT_ID, PORTCULLIS_ROOT_EMAIL, PORTCULLIS_ROOT_PASSWORD,
PORTCULLIS_ROOT_ACCESS_KEY_ID, PORTCULLIS_ROOT_SECRET_ACCESS_KEY, DYNAMODB_ENDPOINT.`;

async function start({ port, dataDir }: { port: string; dataDir: string }): Promise<void> {
  // Loaded for this command alone: it is most of the program.
  const { LocalError, readSettings, startControl } = await import("@portcullis/local");
  const fail = (error: unknown): never => {
    const what = error instanceof Error ? error.stack : String(error);
    process.stderr.write(
      error instanceof LocalError
        ? `portcullis: ${error.message}\n`
        : `portcullis: this is a fault of Portcullis: ${what}\n`,
    );
    process.exit(1);
  };
  try {
    // The folder holds password hashes and keys: only their owner may read its files.
    process.umask(0o077);
    const settings = readSettings({ ...process.env, PORT: port, PORTCULLIS_DATA_DIR: dataDir });
    const starting = startControl(settings, { onDeath: fail });
    stopOnSignal(() => starting.then((control) => control.stop()), fail);
    process.stdout.write(welcome(await starting, resolve(settings.dataDirectory)));
  } catch (error) {
    fail(error);
  }
}

function welcome({ controlUrl, rootPassword }: LocalControl, directory: string): string {
  const path = relative(process.cwd(), directory) || ".";
  const folder = path.startsWith("..") ? directory : path;
  return `
Portcullis is ready.
  control API    ${controlUrl}   (IAM, STS and Organizations, for the AWS CLI and SDKs)
${rootPassword === undefined ? "" : `  root password  ${rootPassword}   (of the root user; it is not shown again)\n`}
In the terminal of your server:
  export PORTCULLIS_DATA_DIR=${folder}
In the terminal of the AWS CLI:
  export AWS_CONFIG_FILE=${folder}/config AWS_SHARED_CREDENTIALS_FILE=${folder}/credentials AWS_PROFILE=portcullis

Stop it with Ctrl-C.
`;
}

function stopOnSignal(stop: () => Promise<void>, fail: (error: unknown) => never): void {
  let stopping = false;
  const onSignal = () => {
    if (stopping) return;
    stopping = true;
    stop().then(() => process.exit(0), fail);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, onSignal);
}
