// `npm run generate`: writes the files that are made from code. With `--check` it writes nothing, and
// names those that are out of date.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import * as testSchema from "../packages/portcullis/scripts/test-schema.mjs";
import * as commands from "./generate/commands.mjs";
import * as components from "./generate/components.mjs";
import * as conditionKeys from "./generate/condition-keys.mjs";
import * as errors from "./generate/errors.mjs";
import * as logFields from "./generate/log-fields.mjs";
import * as operations from "./generate/operations.mjs";
import * as quotas from "./generate/quotas.mjs";
import * as sampleService from "./generate/sample-service.mjs";

const GENERATED = [
  ...[operations, sampleService, conditionKeys, errors, logFields, quotas, commands, components],
  testSchema,
];

const root = resolve(import.meta.dirname, "..");
// Generators name sources by their paths from the root.
process.chdir(root);
const checks = process.argv.includes("--check");
for (const { FILE, render } of GENERATED) {
  const path = join(root, FILE);
  const text = render();
  if (existsSync(path) && comparable(path, readFileSync(path, "utf8")) === comparable(path, text))
    continue;
  if (checks) {
    process.exitCode = 1;
    process.stdout.write(`${FILE} is out of date: run \`npm run generate\`\n`);
  } else {
    writeFileSync(path, text);
    process.stdout.write(`${FILE} written\n`);
  }
}

/** The formatter may lay JSON out in another way. */
function comparable(path, text) {
  return path.endsWith(".json") ? JSON.stringify(JSON.parse(text)) : text;
}
