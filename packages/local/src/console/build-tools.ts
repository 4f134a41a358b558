import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { runToEnd } from "./run-to-end.ts";

/** One package each of what `npm start` leaves out, and `npm test` installs. */
const BUILD_TOOLS = ["vite", "@vitejs/plugin-react", "@cloudscape-design/components", "react"];

/** Whether the console can be built in the repository itself. */
export const hasBuildTools = (root: string): boolean =>
  BUILD_TOOLS.every((name) => existsSync(join(root, "node_modules", name, "package.json")));

/** What the build reads: the console imports other packages, and these each other. */
const SOURCES = ["tsconfig.base.json", "packages"];

/**
 * Copies the console's sources to a temporary folder, installs there what builds them as
 * package-lock.json has it, and removes the folder after `build`. They are 250 MB that a started
 * installation never reads.
 * @param root the repository
 * @param build is given the root of the copy
 */
export async function withBuildTools(
  root: string,
  build: (root: string) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  const copy = mkdtempSync(join(tmpdir(), "portcullis-console-"));
  try {
    // npm compares the manifests of all workspaces with the lock file.
    for (const file of ["package-lock.json", ".npmrc", ...manifests(root)])
      copyTo(copy, root, file);
    for (const path of SOURCES) copyTo(copy, root, path);
    await runNpmCi(copy, signal);
    await build(copy);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function copyTo(copy: string, root: string, path: string): void {
  if (!existsSync(join(root, path))) return;
  mkdirSync(dirname(join(copy, path)), { recursive: true });
  cpSync(join(root, path), join(copy, path), {
    recursive: true,
    filter: (source) => !/[\\/](?:node_modules|dist)$/.test(source),
  });
}

function manifests(root: string): string[] {
  const lock: { readonly packages: Readonly<Record<string, unknown>> } = JSON.parse(
    readFileSync(join(root, "package-lock.json"), "utf8"),
  );
  return Object.keys(lock.packages)
    .filter((path) => !path.includes("node_modules"))
    .map((path) => join(path, "package.json"));
}

function runNpmCi(folder: string, signal: AbortSignal | undefined): Promise<void> {
  // `npm start` names the npm that runs it, with its Node.
  const { npm_execpath: npm, npm_node_execpath: node } = process.env;
  const program = npm && node ? node : "npm";
  const args = npm && node ? [npm, "ci"] : ["ci"];
  args.push("--prefix", folder, "--workspace", "@portcullis/console", "--include=dev");
  args.push("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error");
  return runToEnd("npm ci", program, args, {
    cwd: folder,
    // npm on Windows is a script of its shell.
    shell: program === "npm" && process.platform === "win32",
    ...(signal && { signal }),
  });
}
