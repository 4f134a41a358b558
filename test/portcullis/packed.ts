import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

const run = promisify(execFile);
export const ROOT = resolve(import.meta.dirname, "../..");
const PACKAGE = join(ROOT, "packages/portcullis");
const CACHE = join(ROOT, "node_modules/.cache/portcullis");

/**
 * The folder of the package's tarball, unpacked and installed by plain npm into an empty project.
 * Built once for each state of the sources, whichever test comes first. Tests copy it.
 */
export async function installed(): Promise<string> {
  const folder = join(CACHE, stateOfSources());
  for (
    const giveUpAt = Date.now() + BUILD_MILLISECONDS - 10_000;
    !existsSync(folder);
    await sleep(200)
  ) {
    if (Date.now() > giveUpAt) throw new Error("another process builds the package for too long");
    if (takeTurn()) {
      try {
        rmSync(folder, { recursive: true, force: true });
        await buildAndInstall(folder);
        removeOthers(folder);
      } finally {
        rmSync(TURN, { recursive: true, force: true });
      }
    }
  }
  return folder;
}

/** For `beforeAll`: the first test on new sources waits for their build. */
export const BUILD_MILLISECONDS = 180_000;

/** A project of one's own with the package installed, in a folder that the caller removes. */
export async function project(within = tmpdir()): Promise<string> {
  const folder = mkdtempSync(join(within, "portcullis-project-"));
  cpSync(join(await installed(), "project"), folder, { recursive: true, verbatimSymlinks: true });
  return folder;
}

async function buildAndInstall(folder: string): Promise<void> {
  const made = mkdtempSync(`${folder}.`);
  const npm = npmWithoutNodeModules();
  await run(process.execPath, [join(PACKAGE, "scripts/build.mjs")], { cwd: PACKAGE });
  await run("npm", ["pack", "--ignore-scripts", "--pack-destination", made], {
    cwd: PACKAGE,
    env: npm,
  });
  const [tarball = ""] = globSync("*.tgz", { cwd: made });
  renameSync(join(made, tarball), join(made, "portcullis.tgz"));
  const empty = join(made, "project");
  mkdirSync(empty);
  await run("npm", ["init", "--yes"], { cwd: empty, env: npm });
  const options = ["--prefer-offline", "--no-audit", "--no-fund"];
  await run("npm", ["install", ...options, "../portcullis.tgz"], { cwd: empty, env: npm });
  renameSync(made, folder);
}

/** The system's npm with its Node, as a stranger has them. */
export function npmWithoutNodeModules(): NodeJS.ProcessEnv {
  const path = (process.env.PATH ?? "").split(":").filter((part) => !part.includes("node_modules"));
  const kept = Object.entries(process.env).filter(([name]) => !/^npm_|^NODE_|^INIT_CWD/.test(name));
  return { ...Object.fromEntries(kept), PATH: path.join(":") };
}

const OLD_MS = 3_600_000;

/** Removes what was built of former sources, unless another test may still copy it. */
function removeOthers(folder: string): void {
  for (const name of readdirSync(CACHE)) {
    const path = join(CACHE, name);
    if (path !== folder && path !== TURN && Date.now() - statSync(path).mtimeMs > OLD_MS)
      rmSync(path, { recursive: true, force: true });
  }
}

const TURN = join(CACHE, "turn");
const STALE_MS = 240_000;

function takeTurn(): boolean {
  mkdirSync(CACHE, { recursive: true });
  if (existsSync(TURN) && Date.now() - statSync(TURN).mtimeMs > STALE_MS)
    rmSync(TURN, { recursive: true, force: true });
  try {
    mkdirSync(TURN);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

function stateOfSources(): string {
  const hash = createHash("sha256");
  const patterns = [
    "packages/*/{package.json,src/**/*.{ts,tsx,mjs,json,css}}",
    "packages/portcullis/{*.ts,*.md,schema/*,scripts/*}",
    "packages/console/{index.html,*.ts,build/*,public/*}",
    "stacks/*.ts",
    "package-lock.json",
  ];
  for (const file of globSync(patterns, { cwd: ROOT }).sort())
    hash.update(`${file}\n`).update(readFileSync(join(ROOT, file)));
  return hash.digest("hex").slice(0, 32);
}
