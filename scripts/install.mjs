// Installs what package-lock.json names unless it is installed; then it does nothing and takes
// milliseconds. It runs before `npm start`, `npm test` and `npm run check`, so that each works
// right after `git clone`. Without an option it installs what starting needs; with `--all` the
// development dependencies too; with `--test` it also makes SST's platform. Plain JavaScript: it
// runs on the host's Node (20 or later).
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const lockFile = join(root, "package-lock.json");
const stampFile = join(root, "node_modules/.installed");
/** Ends the stamp of an installation with all development dependencies. */
const ALL = " all";
// Outside node_modules, which `npm ci` removes.
const turnFile = join(tmpdir(), `portcullis-install-${sha256(root).slice(0, 16)}.pid`);

const platform = join(root, "scripts/sst-install.mjs");
const forTests = process.argv.includes("--test");
const wantsPlatform = forTests && existsSync(platform);
const wantsAll = forTests || process.argv.includes("--all");

if (!isInstalled(wantsAll) || wantsPlatform) await serialize(install);

async function install() {
  // Another run may have installed it while this one waited.
  if (!isInstalled(wantsAll)) {
    // Who has everything keeps it when the lock file changes.
    const all = wantsAll || stamp().endsWith(ALL);
    if (!matchesWhatNpmDid(all)) runNpmCi(all);
    // npm may have put more than was asked for.
    writeFileSync(stampFile, `${lockHash()}${all || matchesWhatNpmDid(true) ? ALL : ""}`);
  }
  // It ends this process with its own exit code.
  if (wantsPlatform) await import("./sst-install.mjs");
}

function isInstalled(all) {
  const found = stamp();
  return found === `${lockHash()}${ALL}` || (!all && found === lockHash());
}

/** What is installed: the hash of its lock file, with a word more if nothing was left out. */
function stamp() {
  return existsSync(stampFile) ? readFileSync(stampFile, "utf8") : "";
}

function lockHash() {
  return sha256(readFileSync(lockFile));
}

/** After an `npm install` by hand everything may be there already: npm's own record says so. */
function matchesWhatNpmDid(all) {
  const record = join(root, "node_modules/.package-lock.json");
  if (!existsSync(record) || !existsSync(join(root, "node_modules/.bin/node"))) return false;
  const put = JSON.parse(readFileSync(record, "utf8")).packages;
  return locked()
    .filter(([, entry]) => !entry.optional && (all || !isForDevelopment(entry)))
    .every(
      ([path, entry]) =>
        put[path]?.version === entry.version && put[path]?.integrity === entry.integrity,
    );
}

function locked() {
  return Object.entries(JSON.parse(readFileSync(lockFile, "utf8")).packages).filter(
    ([path, entry]) => path.includes("node_modules/") && !entry.link,
  );
}

function isForDevelopment({ dev, devOptional }) {
  return dev === true || devOptional === true;
}

function runNpmCi(all) {
  const started = Date.now();
  console.error(
    all
      ? "Installing all dependencies (npm ci) ..."
      : "Installing what starting needs (npm ci --omit=dev) ...",
  );
  const args = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
  // In either case named: NODE_ENV=production and npm's settings could leave it out.
  args.push(all ? "--include=dev" : "--omit=dev");
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
  if (run.status === 0) {
    console.error(`Installed in ${((Date.now() - started) / 1000).toFixed(1)} s.`);
    return;
  }
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
