import { StoreUnavailable } from "@portcullis/store";
import { LocalError } from "../engine/index.ts";
import { runAccountCommand } from "./command.ts";

/** `npm run account`: an error that the operator can mend is one sentence, with exit code 1. */
try {
  process.stdout.write(
    `${await runAccountCommand(process.argv.slice(2), process.env, new Date())}\n`,
  );
} catch (error) {
  process.stderr.write(`portcullis: ${sentence(error)}\n`);
  process.exitCode = 1;
}

function sentence(error: unknown): string {
  if (error instanceof LocalError) return error.message;
  if (error instanceof StoreUnavailable)
    return `The installation can't be reached: ${error.message}.`;
  return `this is a fault of Portcullis: ${error instanceof Error ? error.stack : String(error)}`;
}
