import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { hasBuildTools, withBuildTools } from "./build-tools.ts";
import { runToEnd } from "./run-to-end.ts";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));
const BUILDS = join(ROOT, "node_modules/.cache/console");

/** What the built files depend on. */
const SOURCES = [
  "package-lock.json",
  "packages/analysis/src",
  "packages/control-api/src/client",
  "packages/policy/src",
  ...["src", "build", "public", "index.html", "vite.config.ts", ".env"].map(
    (name) => `packages/console/${name}`,
  ),
];

/**
 * Builds the console, unless its sources are those of the last build.
 * @param report takes each line of progress
 * @returns the directory of the built files
 */
export async function buildConsole(
  report: (line: string) => void,
  signal?: AbortSignal,
): Promise<string> {
  const directory = join(BUILDS, sourcesHash());
  if (existsSync(directory)) return directory;
  const started = performance.now();
  mkdirSync(BUILDS, { recursive: true });
  const unfinished = `${directory}.${process.pid}`;
  const build = (root: string) => {
    report("Building the console ...");
    return runVite(root, unfinished, signal);
  };
  try {
    if (hasBuildTools(ROOT)) await build(ROOT);
    else {
      report("Installing what builds the console, in a temporary folder ...");
      await withBuildTools(ROOT, build, signal);
    }
    install(unfinished, directory);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  report(`The console is built (${((performance.now() - started) / 1000).toFixed(1)} s).`);
  return directory;
}

/** Another process may have finished the same build meanwhile: then its files stay. */
function install(unfinished: string, directory: string): void {
  try {
    renameSync(unfinished, directory);
  } catch (error) {
    if (!existsSync(directory)) throw error;
  }
  for (const name of readdirSync(BUILDS)) {
    const other = join(BUILDS, name);
    // A directory with a process id in its name is a build under way.
    if (other !== directory && !name.includes(".")) rmSync(other, { recursive: true, force: true });
  }
}

function runVite(root: string, outDir: string, signal: AbortSignal | undefined): Promise<void> {
  const args = [join(root, "node_modules/vite/bin/vite.js"), "build"];
  // Several builds at once don't disturb each other: each has a directory of its own.
  args.push("--outDir", outDir, "--emptyOutDir", "--bypass-lock", "--logLevel", "warn");
  return runToEnd("The build", process.execPath, args, {
    cwd: join(root, "packages/console"),
    // Vite takes React's development build otherwise, if the builder's environment names another
    // mode. The control API is at the console's own origin.
    env: { ...process.env, NODE_ENV: "production", VITE_CONTROL_API_URL: "" },
    ...(signal && { signal }),
  });
}

function sourcesHash(): string {
  const hash = createHash("sha256");
  for (const source of SOURCES) {
    for (const file of filesOf(join(ROOT, source))) hash.update(file).update(readFileSync(file));
  }
  return hash.digest("hex").slice(0, 16);
}

function filesOf(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
