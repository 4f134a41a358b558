import { resolve } from "node:path";
import { LocalError } from "./engine/index.ts";
import { startLocal } from "./installation.ts";
import { readSettings } from "./settings.ts";
import { welcome } from "./welcome.ts";

/** `npm start`: serve until stopped. Whatever whoever started it can mend is told in one sentence, with exit code 1. */
try {
  const settings = readSettings(process.env);
  const installation = await startLocal(settings, { onDeath: fail });
  process.stdout.write(
    welcome(
      installation,
      settings.dataDirectory === ":memory:" ? undefined : resolve(settings.dataDirectory),
    ),
  );
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    installation.stop().then(() => process.exit(0), fail);
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
} catch (error) {
  fail(error);
}

function fail(error: unknown): never {
  process.stderr.write(
    error instanceof LocalError
      ? `portcullis: ${error.message}\n`
      : `portcullis: this is a fault of Portcullis: ${error instanceof Error ? error.stack : String(error)}\n`,
  );
  process.exit(1);
}
