import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ConsoleFiles } from "@portcullis/local/console";

/** Beside the command's own folder in the published package; a clone of the repository has none. */
const PACKAGED = fileURLToPath(new URL("../console/", import.meta.url));

/** The web console: as the package contains it, or built from the repository's sources. */
export async function consoleFiles(signal: AbortSignal): Promise<ConsoleFiles> {
  if (existsSync(join(PACKAGED, "index.html"))) {
    const { readConsoleFiles } = await import("@portcullis/local/console");
    return readConsoleFiles(PACKAGED);
  }
  const { builtConsole } = await import("@portcullis/local/run");
  return builtConsole(signal);
}
