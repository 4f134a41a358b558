import { execFile, spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { builtOnce } from "../support/built-once.ts";

export const ROOT = resolve(import.meta.dirname, "../..");

/** What the command is built of. */
const SOURCES = [
  "packages/*/{package.json,src/**/*.{ts,mjs,json}}",
  "packages/portcullis/{tsdown.config.ts,scripts/*}",
  "test/portcullis/build-command.mjs",
  "package-lock.json",
];

/** The command as the package has it. From its sources it takes twice as long to start. */
export const MAIN = join(await builtOnce("command", SOURCES, buildCommand), "main.js");

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Options {
  readonly input?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** A home directory to run in, without this process's environment. */
  readonly home?: string;
}

/** Runs the real command. */
export function portcullis(
  args: readonly string[],
  { input = "", env, home }: Options = {},
): Promise<Finished> {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const inherited = home === undefined ? process.env : { PATH, NODE_COMPILE_CACHE, HOME: home };
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: home ?? ROOT,
    env: { ...inherited, NO_COLOR: "1", ...env },
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  child.stdin.end(input);
  return new Promise((done, failed) => {
    child.on("error", failed);
    child.on("close", (code) => done({ code, stdout, stderr }));
  });
}

/** A new directory with these files; the function gives a file's path. */
export function filesIn(
  files: Readonly<Record<string, string | object>>,
): (name: string) => string {
  const directory = mkdtempSync(join(tmpdir(), "portcullis-policy-"));
  for (const [name, content] of Object.entries(files))
    writeFileSync(
      join(directory, name),
      typeof content === "string" ? content : JSON.stringify(content, undefined, 2),
    );
  return (name) => join(directory, name);
}

export const policyOf = (...statements: readonly object[]): object => ({
  Version: "2012-10-17",
  Statement: statements,
});

async function buildCommand(folder: string): Promise<void> {
  const script = join(import.meta.dirname, "build-command.mjs");
  await promisify(execFile)(process.execPath, [script, folder]);
}
