import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import { LocalError } from "./local-error.ts";

export interface Host {
  readonly platform: string;
  readonly architecture: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const HERE: Host = {
  platform: process.platform,
  architecture: process.arch,
  environment: process.env,
};

/**
 * Finds the engine's binary: `DYNOXIDE_BIN`, else the package for this platform, else `dynoxide` on
 * the PATH.
 * @throws {LocalError} if there is none
 */
export function findBinary(host: Host = HERE): string {
  const { platform, architecture, environment } = host;
  const named = environment.DYNOXIDE_BIN;
  if (named) {
    if (existsSync(named)) return named;
    throw new LocalError(`DYNOXIDE_BIN names ${named}, which is not there.`);
  }
  const name = platform === "win32" ? "dynoxide.exe" : "dynoxide";
  const found =
    inPackage(`@dynoxide/${platform}-${architecture}/${name}`) ??
    onPath(name, environment.PATH ?? "");
  if (found) return found;
  throw new LocalError(
    `There is no embedded DynamoDB engine (dynoxide) for ${platform}-${architecture} here: ` +
      "set DYNAMODB_ENDPOINT to another one, such as DynamoDB Local, or DYNOXIDE_BIN to the program.",
  );
}

function inPackage(path: string): string | undefined {
  try {
    return createRequire(import.meta.url).resolve(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "MODULE_NOT_FOUND")
      return undefined;
    throw error;
  }
}

function onPath(name: string, path: string): string | undefined {
  return path
    .split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file));
}
