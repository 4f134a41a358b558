import { resolve } from "node:path";
import { ordersLocal } from "@portcullis/example-orders";
import { buildConsole, type ConsoleFiles, readConsoleFiles } from "./console/index.ts";
import { LocalError } from "./engine/index.ts";
import { startLocal } from "./installation.ts";
import { readSettings } from "./settings.ts";
import { welcome } from "./welcome.ts";

// `npm start`: serves the sample API and its control API until stopped. An error that the person
// who started it can mend is one sentence on standard error, with exit code 1.
try {
  // The data directory holds password hashes and keys: all files in it, the engine's included, are
  // readable by their owner alone.
  process.umask(0o077);
  const settings = readSettings(process.env);
  const starting = startLocal(settings, ordersLocal, {
    onDeath: fail,
    console: buildAndRead,
  });
  stopOnSignal(() => starting.then((installation) => installation.stop()));
  const kept = settings.dataDirectory === ":memory:" ? undefined : resolve(settings.dataDirectory);
  process.stdout.write(welcome(await starting, kept));
} catch (error) {
  fail(error);
}

async function buildAndRead(signal: AbortSignal): Promise<ConsoleFiles> {
  return readConsoleFiles(await buildConsole((line) => process.stderr.write(`${line}\n`), signal));
}

function stopOnSignal(stop: () => Promise<void>): void {
  let stopping = false;
  const onSignal = () => {
    if (stopping) return;
    stopping = true;
    stop().then(() => process.exit(0), fail);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, onSignal);
}

function fail(error: unknown): never {
  const what = error instanceof Error ? error.stack : String(error);
  process.stderr.write(
    error instanceof LocalError
      ? `portcullis: ${error.message}\n`
      : `portcullis: this is a fault of Portcullis: ${what}\n`,
  );
  process.exit(1);
}
