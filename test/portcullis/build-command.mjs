// Builds the command as the package has it, and nothing else of the package:
// node test/portcullis/build-command.mjs <folder>
import { copyFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { build } from "tsdown";
import configs from "../../packages/portcullis/tsdown.config.ts";

const [outDir = ""] = process.argv.slice(2);
const packages = resolve(import.meta.dirname, "../../packages");
const command = configs.find(({ entry }) => "main" in entry);
await build({ ...command, outDir, cwd: join(packages, "portcullis"), config: false });
for (const program of ["watchdog.mjs", "guard.mjs"])
  copyFileSync(join(packages, "local/src/engine", program), join(outDir, program));
