import { resolve } from "node:path";
import { buildConsole, type ConsoleFiles, readConsoleFiles } from "./console/index.ts";
import type { LocalOptions } from "./control-plane.ts";
import { LocalError } from "./engine/index.ts";
import { startControl, startLocal } from "./installation.ts";
import type { ProtectedApi } from "./protected-api.ts";
import { readSettings } from "./settings.ts";
import { untilStopped } from "./until-stopped.ts";
import { welcome } from "./welcome.ts";

/**
 * Serves an installation with its console until a signal ends the process. An error that the person
 * who started it can mend is one sentence on standard error, with exit code 1.
 * @param consoleFiles its files; by default built from the sources
 */
export async function runInstallation(
  env: NodeJS.ProcessEnv,
  api: ProtectedApi,
  consoleFiles: NonNullable<LocalOptions["console"]> = builtConsole,
): Promise<void> {
  try {
    // The data directory holds password hashes and keys: all files in it, the engine's included,
    // are readable by their owner alone.
    process.umask(0o077);
    const settings = readSettings(env);
    const starting = startLocal(settings, api, { onDeath: fail, console: consoleFiles });
    untilStopped(() => starting.then((installation) => installation.stop()), fail);
    const inMemory = settings.dataDirectory === ":memory:";
    const kept = inMemory ? undefined : resolve(settings.dataDirectory);
    process.stdout.write(welcome(await starting, kept));
  } catch (error) {
    fail(error);
  }
}

/** Builds the console, with its progress on standard error, and reads its files. */
export async function builtConsole(signal: AbortSignal): Promise<ConsoleFiles> {
  return readConsoleFiles(await buildConsole((line) => process.stderr.write(`${line}\n`), signal));
}

/** Ends the process with what went wrong. */
export function fail(error: unknown): never {
  const what = error instanceof Error ? error.stack : String(error);
  process.stderr.write(
    error instanceof LocalError
      ? `portcullis: ${error.message}\n`
      : `portcullis: this is a fault of Portcullis: ${what}\n`,
  );
  process.exit(1);
}

export { readSettings, startControl, untilStopped };
