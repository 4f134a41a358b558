// Installs what package-lock.json names unless it is installed; then it does nothing and takes
// milliseconds. It runs before `npm start`, `npm test` and `npm run check`, so that each works
// right after `git clone`. `--test` also makes SST's platform. Plain JavaScript: it runs on the
// host's Node (20 or later).
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const lockFile = join(root, "package-lock.json");
const stampFile = join(root, "node_modules/.installed");
// Outside node_modules, which `npm ci` removes.
const turnFile = join(tmpdir(), `portcullis-install-${sha256(root).slice(0, 16)}.pid`);

const platform = join(root, "scripts/sst-install.mjs");
const wantsPlatform = process.argv.includes("--test") && existsSync(platform);

if (!isInstalled() || wantsPlatform) await serialize(install);

async function install() {
  // Another run may have installed it while this one waited.
  if (!isInstalled() && !matchesWhatNpmDid()) runNpmCi();
  writeFileSync(stampFile, wanted());
  // It ends this process with its own exit code.
  if (wantsPlatform) await import("./sst-install.mjs");
}

function isInstalled() {
  return existsSync(stampFile) && readFileSync(stampFile, "utf8") === wanted();
}

function wanted() {
  return sha256(readFileSync(lockFile));
}

/** After an `npm install` by hand everything may be there already: npm's own record says so. */
function matchesWhatNpmDid() {
  const record = join(root, "node_modules/.package-lock.json");
  if (!existsSync(record) || !existsSync(join(root, "node_modules/.bin/node"))) return false;
  const put = JSON.parse(readFileSync(record, "utf8")).packages;
  const locked = Object.entries(JSON.parse(readFileSync(lockFile, "utf8")).packages);
  return locked
    .filter(([path, entry]) => path.includes("node_modules/") && !entry.optional && !entry.link)
    .every(
      ([path, entry]) =>
        put[path]?.version === entry.version && put[path]?.integrity === entry.integrity,
    );
}

function runNpmCi() {
  console.error("Installing dependencies (npm ci) ...");
  const args = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
  // The npm that runs this script, on its own Node: the one in node_modules is about to be
  // replaced.
  const { npm_execpath: npm, npm_node_execpath: node } = process.env;
  const run =
    npm && node
      ? spawnSync(node, [npm, ...args], { cwd: root, stdio: ["ignore", "ignore", "inherit"] })
      : spawnSync("npm", args, {
          cwd: root,
          stdio: ["ignore", "ignore", "inherit"],
          shell: process.platform === "win32",
        });
  if (run.status === 0) return;
  console.error(
    `The dependencies could not be installed: npm ci ${run.error ? `did not start (${run.error.message})` : `ended with code ${run.status}`}.`,
  );
  process.exit(1);
}

/**
 * Runs `work` while no other process does so in this folder. The lock of a process that was killed
 * is taken over.
 */
async function serialize(work) {
  const giveUpAt = Date.now() + 15 * 60_000;
  while (!takeTurn()) {
    if (Date.now() > giveUpAt) {
      console.error(
        `Another installation has been running for 15 minutes; if there is none, remove ${turnFile}.`,
      );
      process.exit(1);
    }
    await new Promise((resolve) => setTimeout(resolve, 50 + Math.random() * 100));
  }
  process.on("exit", () => rmSync(turnFile, { force: true }));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit(1));
  await work();
}

function takeTurn() {
  try {
    writeFileSync(turnFile, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
  }
  const holder = holderOfTurn();
  if (holder !== undefined && !isAlive(holder) && holderOfTurn() === holder)
    rmSync(turnFile, { force: true });
  return false;
}

/** The process that has the lock; undefined if it has just ended, or is still writing its file. */
function holderOfTurn() {
  try {
    const pid = readFileSync(turnFile, "utf8");
    // It was killed while it wrote: after some seconds the file counts as nobody's.
    if (pid === "") return Date.now() - statSync(turnFile).mtimeMs > 5_000 ? 0 : undefined;
    return Number(pid);
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}

function isAlive(pid) {
  // To `kill`, 0 means this process's own group.
  if (pid === 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

function sha256(bytes) {
  return createHash("sha256").update(bytes).digest("hex");
}
