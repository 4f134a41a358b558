import { execFile } from "node:child_process";
import { cpSync, globSync, mkdirSync, mkdtempSync, renameSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { builtOnce } from "../support/built-once.ts";

const run = promisify(execFile);
export const ROOT = resolve(import.meta.dirname, "../..");
const PACKAGE = join(ROOT, "packages/portcullis");

const SOURCES = [
  "packages/*/{package.json,src/**/*.{ts,tsx,mjs,json,css}}",
  "packages/portcullis/{*.ts,*.md,schema/*,scripts/*}",
  "packages/console/{index.html,*.ts,build/*,public/*}",
  "stacks/*.ts",
  "package-lock.json",
];

/**
 * The folder of the package's tarball, unpacked and installed by plain npm into an empty project.
 * Tests copy it.
 */
export const installed = (): Promise<string> => builtOnce("portcullis", SOURCES, buildAndInstall);

/** A project of one's own with the package installed, in a folder that the caller removes. */
export async function project(within = tmpdir()): Promise<string> {
  const folder = mkdtempSync(join(within, "portcullis-project-"));
  cpSync(join(await installed(), "project"), folder, { recursive: true, verbatimSymlinks: true });
  return folder;
}

async function buildAndInstall(folder: string): Promise<void> {
  const npm = npmWithoutNodeModules();
  await run(process.execPath, [join(PACKAGE, "scripts/build.mjs")], { cwd: PACKAGE });
  await run("npm", ["pack", "--ignore-scripts", "--pack-destination", folder], {
    cwd: PACKAGE,
    env: npm,
  });
  const [tarball = ""] = globSync("*.tgz", { cwd: folder });
  renameSync(join(folder, tarball), join(folder, "portcullis.tgz"));
  const empty = join(folder, "project");
  mkdirSync(empty);
  await run("npm", ["init", "--yes"], { cwd: empty, env: npm });
  const options = ["--prefer-offline", "--no-audit", "--no-fund"];
  await run("npm", ["install", ...options, "../portcullis.tgz"], { cwd: empty, env: npm });
}

/** The system's npm with its Node, as a stranger has them. */
export function npmWithoutNodeModules(): NodeJS.ProcessEnv {
  const path = (process.env.PATH ?? "").split(":").filter((part) => !part.includes("node_modules"));
  const kept = Object.entries(process.env).filter(([name]) => !/^npm_|^NODE_|^INIT_CWD/.test(name));
  return { ...Object.fromEntries(kept), PATH: path.join(":") };
}
