// Adds to package-lock.json the entries of optional platform packages that npm left out because the
// registry lacks them. Without them `npm ci` of npm 11 and later refuses: "Missing: ... from lock
// file". Run it after every change of dependencies. Plain JavaScript: it runs where nothing is
// installed.
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const OPERATING_SYSTEMS = [
  "aix",
  "android",
  "darwin",
  "freebsd",
  "linux",
  "netbsd",
  "openbsd",
  "openharmony",
  "sunos",
  "win32",
];
const PROCESSORS = [
  "arm",
  "arm64",
  "ia32",
  "loong64",
  "mips64el",
  "ppc64",
  "riscv64",
  "s390x",
  "x64",
];
// Names of platforms in packages, and npm's names.
const ALIASES = { aarch64: "arm64", windows: "win32" };

/**
 * Adds the missing entries to a parsed lock file (version 2 or 3), and returns their paths.
 * @param {{ packages: Record<string, Record<string, any>> }} lock
 * @returns {string[]}
 */
export function completeLock(lock) {
  const added = [];
  for (const [path, entry] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (find(lock, path, name)) continue;
      // The lowest version that `1.2.3`, `^1.2.3` or `~1.2.3` accepts.
      const lowest = /^[~^]?(\d+\.\d+\.\d+\S*)$/.exec(version)?.[1];
      if (lowest === undefined) {
        throw new Error(
          `${path || "the root"} depends on ${name}@${version}: only X.Y.Z, ^X.Y.Z and ~X.Y.Z can be completed`,
        );
      }
      const location = `node_modules/${name}`;
      lock.packages[location] = {
        version: lowest,
        ...platformOf(name),
        ...license(lock, name),
        optional: true,
      };
      added.push(location);
    }
  }
  lock.packages = Object.fromEntries(
    Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  return added;
}

/** The hosts of `resolved` that are not npm's own registry. */
export function strangeHosts(lock) {
  const hosts = new Set();
  for (const { resolved, link } of Object.values(lock.packages)) {
    if (resolved === undefined || link === true) continue;
    const host = URL.canParse(resolved) ? new URL(resolved).host : resolved;
    if (host !== "registry.npmjs.org") hosts.add(host);
  }
  return [...hosts];
}

/** Where Node would find `name` from the package at `path`, as far as the lock knows. */
function find(lock, path, name) {
  for (let folder = path; ; folder = dirname(folder)) {
    if (folder === ".") folder = "";
    if (lock.packages[`${folder}${folder && "/"}node_modules/${name}`]) return true;
    if (folder === "") return false;
  }
}

function platformOf(name) {
  const words = name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .map((word) => ALIASES[word] ?? word);
  const os = OPERATING_SYSTEMS.filter((word) => words.includes(word));
  const cpu = PROCESSORS.filter((word) => words.includes(word));
  return { ...(os.length && { os }), ...(cpu.length && { cpu }) };
}

// A platform package has the license of its siblings.
function license(lock, name) {
  const scope = `node_modules/${name.split("/")[0]}/`;
  const sibling = Object.entries(lock.packages).find(
    ([path, { license }]) => path.startsWith(scope) && license,
  );
  return sibling && name.startsWith("@") ? { license: sibling[1].license } : {};
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const file = join(dirname(fileURLToPath(import.meta.url)), "..", "package-lock.json");
  const lock = JSON.parse(readFileSync(file, "utf8"));
  const added = completeLock(lock);
  const strange = strangeHosts(lock);
  if (strange.length > 0) {
    console.error(
      `package-lock.json resolves packages at ${strange.join(", ")}: only registry.npmjs.org or nothing may stand there`,
    );
    process.exit(1);
  }
  if (added.length > 0) {
    writeFileSync(`${file}.new`, `${JSON.stringify(lock, null, 2)}\n`);
    renameSync(`${file}.new`, file);
  }
  console.log(
    added.length > 0
      ? `added ${added.length} entries:\n  ${added.join("\n  ")}`
      : "package-lock.json is complete",
  );
}
