import type { Command } from "commander";

export function addStart(root: Command): void {
  root
    .command("start")
    .description("serve a whole installation on this machine: control API, console, sample API")
    .addHelpText("after", VARIABLES)
    .action(run);
}

const VARIABLES = `
Environment variables (docs/cli.md describes all of them):
  PORT                   the control API's port (4000)
  PORTCULLIS_API_PORT    the sample API's port (4001)
  PORTCULLIS_REST_PORT   the same as a REST API (4002)
  PORTCULLIS_DATA_DIR    the data directory (.portcullis); :memory: keeps nothing
  DYNAMODB_ENDPOINT      another DynamoDB engine instead of the embedded one
  PORTCULLIS_ACCOUNT_ID  the management account (100000000000)
  PORTCULLIS_LOG         json or text; by default text on a terminal`;

async function run(): Promise<void> {
  // Loaded when it is needed: other commands start faster without it.
  const [{ runInstallation }, { ordersLocal }] = await Promise.all([
    import("@portcullis/local/run"),
    import("@portcullis/example-orders"),
  ]);
  await runInstallation(process.env, ordersLocal);
}
