#!/usr/bin/env node
import { InputFault } from "@portcullis/testing/input-fault";
import { CommanderError } from "commander";
import { EXIT } from "./exit-code.ts";
import { program } from "./program.ts";

// The package promises Node 20, and what it has of the SDK is bundled: an announcement of the SDK's
// next versions is of no use to those who run the command.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

// A reader such as `head` may close the pipe early.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(EXIT.ok);
  throw error;
});

/**
 * Errors whose message is one sentence for the person who runs the command. Known by name: most
 * commands don't load the packages that throw them.
 */
const MENDABLE: ReadonlySet<string> = new Set(["CommandFault", "LocalError", "StoreUnavailable"]);

try {
  await program().parseAsync();
} catch (error) {
  process.exitCode = exitCodeFor(error);
}

function exitCodeFor(error: unknown): number {
  if (error instanceof CommanderError) {
    // Commander has written its message, but not that of an argument that an action refuses.
    if (error.code === "commander.invalidArgument" && !error.message.startsWith("error:"))
      process.stderr.write(`portcullis: ${error.message}\n`);
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
  if (error instanceof InputFault) {
    process.stderr.write(`portcullis: ${error.message}\n`);
    return EXIT.usage;
  }
  if (error instanceof Error && MENDABLE.has(error.name)) {
    process.stderr.write(`portcullis: ${error.message}\n`);
    return EXIT.failed;
  }
  process.stderr.write(
    `portcullis: this is a fault of Portcullis: ${error instanceof Error ? error.stack : String(error)}\n`,
  );
  return EXIT.fault;
}
