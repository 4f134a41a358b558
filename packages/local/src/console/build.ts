import { spawn } from "node:child_process";
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
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));
const CONSOLE = join(ROOT, "packages/console");
const BUILDS = join(ROOT, "node_modules/.cache/console");

/** What the built files depend on. */
const SOURCES = [
  "package-lock.json",
  "packages/analysis/src",
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
  report("Building the console ...");
  const started = performance.now();
  mkdirSync(BUILDS, { recursive: true });
  const unfinished = `${directory}.${process.pid}`;
  try {
    await runVite(unfinished, signal);
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

function runVite(outDir: string, signal: AbortSignal | undefined): Promise<void> {
  const vite = createRequire(join(CONSOLE, "package.json")).resolve("vite/package.json");
  const args = [join(dirname(vite), "bin/vite.js"), "build", "--outDir", outDir, "--emptyOutDir"];
  // Several builds at once don't disturb each other: each has a directory of its own.
  args.push("--bypass-lock", "--logLevel", "warn");
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: CONSOLE,
      stdio: ["ignore", "ignore", "pipe"],
      // Vite takes React's development build otherwise, if the builder's environment names another
      // mode.
      env: { ...process.env, NODE_ENV: "production" },
      ...(signal && { signal }),
    });
    let complaint = "";
    child.stderr.setEncoding("utf8").on("data", (part: string) => {
      complaint = (complaint + part).slice(-4_000);
    });
    child.once("error", reject);
    child.once("close", (code) =>
      code === 0 ? resolve() : reject(new Error(`The build ended with code ${code}: ${complaint}`)),
    );
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
