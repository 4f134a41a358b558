import { execFileSync } from "node:child_process";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
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

const STAND_INS = join(ROOT, "node_modules/.cache/stand-ins");

/** The search path of a reader's terminals. */
export function toolsPath(tools: Tools, path: string): string {
  if (tools === "the machine's") return path;
  for (const name of ["aws", "curl"]) {
    const program = join(import.meta.dirname, `stand-in-${name}.ts`);
    writeProgram("tools", name, `exec '${process.execPath}' '${program}' "$@"`);
  }
  return `${join(STAND_INS, "tools")}:${path}`;
}

/**
 * The same with a stand-in for npx, which runs the same program of `node_modules/.bin`. npm's own
 * takes 0.4 s of processor time to find it.
 */
export function withQuickNpx(path: string): string {
  writeProgram("npx", "npx", FIND_AND_RUN);
  return `${join(STAND_INS, "npx")}:${path}`;
}

const FIND_AND_RUN = `name=$1; shift
folder=$PWD
until [ -e "$folder/node_modules/.bin/$name" ] || [ -z "$folder" ]; do folder=\${folder%/*}; done
exec "$folder/node_modules/.bin/$name" "$@"`;

/** Written under another name first: other tests may be running the program. */
function writeProgram(folder: string, name: string, script: string): void {
  const file = join(STAND_INS, folder, name);
  mkdirSync(join(STAND_INS, folder), { recursive: true });
  writeFileSync(`${file}.${process.pid}`, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  renameSync(`${file}.${process.pid}`, file);
}
