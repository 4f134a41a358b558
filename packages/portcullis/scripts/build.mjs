// Builds what is published: JavaScript and declarations in `dist`, and the notices beside them.
import { copyFileSync, cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "tsdown";
import { buildConsole } from "../../local/src/console/build.ts";
import configs from "../tsdown.config.ts";
import { notices } from "./third-party-notices.mjs";

const root = join(import.meta.dirname, "..");
rmSync(join(root, "dist"), { recursive: true, force: true });
// One after the other, and in this process: the notices are of all builds.
for (const config of configs) await build({ ...config, cwd: root, config: false });
// They run in processes of their own, and are looked for beside the code that starts them.
for (const program of ["watchdog.mjs", "guard.mjs"])
  copyFileSync(join(root, "../local/src/engine", program), join(root, "dist/command", program));
copyFileSync(
  join(root, "schema/policy-test.schema.json"),
  join(root, "dist/policy-test.schema.json"),
);
// The web console's files, without Vite's list of them.
const built = await buildConsole((line) => process.stderr.write(`${line}\n`));
cpSync(built, join(root, "dist/console"), {
  recursive: true,
  filter: (path) => !path.includes("/.vite"),
});
copyFileSync(join(root, "../../LICENSE"), join(root, "LICENSE"));
const bundled = JSON.parse(readFileSync(join(built, ".vite/licenses.json"), "utf8"));
writeFileSync(join(root, "THIRD-PARTY-NOTICES.txt"), notices(bundled));
