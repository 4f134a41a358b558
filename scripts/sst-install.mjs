/**
 * Makes `.sst/platform`: SST's components, with the Pulumi packages they stand on. They are what
 * type-checks `sst.config.ts` and what the tests of the stacks run.
 *
 * The plain `sst install` is tried first. It downloads the pulumi program from GitHub, which
 * type-checking and tests never run; where only the npm registry can be reached, the second try
 * gives SST a stand-in that knows pulumi's version number and nothing else. It lives in a private
 * folder, so that no deploy can ever find it.
 *
 * Plain JavaScript without dependencies: it runs on the host's own Node, before anything else is
 * there.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const require = createRequire(join(root, "package.json"));

if (isInstalled() && !process.argv.includes("--force")) process.exit(0);
process.stderr.write("Installing SST's platform into .sst (once; up to a minute) ...\n");

const plain = install({});
const pulumi = /pulumi\/releases\/download\/(v[\d.]+)\//.exec(plain.output)?.[1];
const outcome = plain.done || pulumi === undefined ? plain : install(offline(pulumi));
if (outcome.done) process.exit(0);
process.stderr.write(`${outcome.output}\nSST's platform could not be installed; see above.\n`);
process.exit(1);

function isInstalled() {
  const made = join(root, ".sst/platform/version");
  const wanted = JSON.parse(
    readFileSync(join(root, "node_modules/sst/package.json"), "utf8"),
  ).version;
  return (
    existsSync(made) &&
    readFileSync(made, "utf8").trim() === wanted &&
    existsSync(join(root, ".sst/platform/node_modules/@pulumi/aws/package.json")) &&
    existsSync(join(root, ".sst/provider-lock.json"))
  );
}

function install(env) {
  const run = spawnSync(join(root, "node_modules/.bin/sst"), ["install"], {
    cwd: root,
    encoding: "utf8",
    timeout: 300_000,
    env: { SST_STAGE: "install", SST_TELEMETRY_DISABLED: "1", ...process.env, ...env },
  });
  const output = `${run.stdout ?? ""}${run.stderr ?? ""}${run.error?.message ?? ""}`;
  return { done: run.status === 0 && isInstalled(), output };
}

/**
 * The environment under which SST finds the stand-in for pulumi, and gets bun (or npm) without
 * GitHub too.
 */
function offline(pulumiVersion) {
  const config = join(root, "node_modules/.cache/sst-offline");
  mkdirSync(join(config, "sst/bin"), { recursive: true });
  writeFileSync(join(config, "sst/bin/pulumi"), standIn(pulumiVersion), { mode: 0o755 });
  return { XDG_CONFIG_HOME: config, ...packageManager() };
}

function standIn(version) {
  return `#!/bin/sh
if [ "$1" = version ]; then echo ${version}; exit 0; fi
echo "this is a stand-in for pulumi that only knows its version: it can't run $*" >&2
exit 1
`;
}

function packageManager() {
  const arch = process.arch === "arm64" ? "aarch64" : process.arch;
  try {
    return { SST_BUN_PATH: require.resolve(`@oven/bun-${process.platform}-${arch}/bin/bun`) };
  } catch {
    return { SST_NO_BUN: "1" };
  }
}
