import { InputFault } from "@portcullis/testing/input-fault";
import type { Command } from "commander";
import { CommandFault } from "../command-fault.ts";
import { print } from "../output/write-report.ts";

export function addAccount(root: Command): void {
  root
    .command("account")
    .description("export, import, purge and recover accounts, as the installation's operator")
    .argument("[arguments...]", "such as `export 111122223333 --to file`; none: how it is used")
    .allowUnknownOption()
    .passThroughOptions()
    .action(run);
}

async function run(words: readonly string[]): Promise<void> {
  const { runAccountCommand, USAGE } = await import("@portcullis/local/accounts");
  if (words.length === 0) {
    print(usage(USAGE));
    return;
  }
  try {
    print(usage(await runAccountCommand(words, process.env, new Date())));
  } catch (error) {
    if (error instanceof Error && error.name === "LocalError")
      throw error.message.startsWith("Use:")
        ? new InputFault(`There is no such command, or it lacks something. ${usage(error.message)}`)
        : new CommandFault(usage(error.message));
    throw error;
  }
}

/** The texts of `npm run account`, in the words of this command. */
const usage = (text: string): string =>
  text
    .replaceAll("npm run account --", "portcullis account")
    .replaceAll("npm start", "portcullis start");
