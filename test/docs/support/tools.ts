import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { npmWithoutNodeModules, ROOT } from "../../portcullis/packed.ts";

/** The programs that a reader calls: the machine's, or stand-ins in their place. */
export type Tools = "the machine's" | "stand-ins";

/** Where the AWS CLI and curl are new enough for the manual. */
export function machineHasTools(): boolean {
  return (
    isAtLeast("aws", /aws-cli\/(\d+)\.(\d+)/, (major, minor) =>
      major === 1 ? minor >= 43 : minor >= 32,
    ) && isAtLeast("curl", /curl (\d+)\.(\d+)/, (major, minor) => major > 7 || minor >= 75)
  );
}

function isAtLeast(
  program: string,
  version: RegExp,
  isNewEnough: (major: number, minor: number) => boolean,
): boolean {
  try {
    const said = execFileSync(program, ["--version"], {
      encoding: "utf8",
      env: npmWithoutNodeModules(),
      stdio: ["ignore", "pipe", "ignore"],
    });
    const [, major, minor] = version.exec(said) ?? [];
    return major !== undefined && isNewEnough(Number(major), Number(minor));
  } catch {
    // It is not on this machine, or does not start.
    return false;
  }
}

/** The search path of a reader's terminals. */
export function toolsPath(tools: Tools, path: string): string {
  if (tools === "the machine's") return path;
  const folder = join(ROOT, "node_modules/.cache/stand-ins");
  mkdirSync(folder, { recursive: true });
  for (const name of ["aws", "curl"]) {
    const file = join(folder, name);
    const program = join(import.meta.dirname, `stand-in-${name}.ts`);
    writeFileSync(file, `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
    chmodSync(file, 0o755);
  }
  return `${folder}:${path}`;
}
