// `npm run check`. All checks run, whatever one of them finds.
import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { findLayerFaults } from "./layers.mjs";

const root = resolve(import.meta.dirname, "..");
const tool = (name) => join(root, "node_modules/.bin", name);

const checks = {
  "types of packages and tests": () => run(tool("tsc"), ["-p", "tsconfig.json"]),
  "types of sst.config.ts and stacks": () => run(tool("tsc"), ["-p", "stacks/tsconfig.json"]),
  "types of the console": () => run(tool("tsc"), ["-p", "packages/console/tsconfig.json"]),
  "lint and format": () => run(tool("biome"), ["check", "."]),
  "unused code": () => run(tool("knip"), ["--no-progress"]),
  layers: () => findLayerFaults(root),
  "generated files": () => run(process.execPath, [join(root, "scripts/generate.mjs"), "--check"]),
};

let faults = 0;
for (const [name, check] of Object.entries(checks)) {
  const started = performance.now();
  const found = check();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(`${found.length === 0 ? "ok  " : "FAIL"} ${name} (${seconds} s)\n`);
  for (const fault of found) process.stdout.write(`${fault}\n`);
  faults += found.length;
}
process.exit(faults === 0 ? 0 : 1);

function run(command, options) {
  const { status, stdout, stderr } = spawnSync(command, options, {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  return status === 0 ? [] : [`${stdout}${stderr}`];
}
