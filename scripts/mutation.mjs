// `npm run mutation [part...]`: mutation tests of the parts in test/mutation/parts.json, or of some.
// Fails if a part's score is below its `break`.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
const parts = Object.keys(JSON.parse(readFileSync(join(root, "test/mutation/parts.json"), "utf8")));
const asked = process.argv.length > 2 ? process.argv.slice(2) : parts;
const unknown = asked.find((part) => !parts.includes(part));
if (unknown !== undefined) {
  process.stderr.write(`no part "${unknown}": choose from ${parts.join(", ")}\n`);
  process.exit(2);
}

let failed = false;
for (const part of asked) {
  const { status } = spawnSync(join(root, "node_modules/.bin/stryker"), ["run"], {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, MUTATION_PART: part },
  });
  failed ||= status !== 0;
}
process.exit(failed ? 1 : 0);
