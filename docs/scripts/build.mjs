// `npm run docs:build`: the site as static files, with the JavaScript API made from the sources and
// the playground. Ends with code 1 if a link leads nowhere. DOCS_BASE is the path that the site is
// served from, DOCS_REPOSITORY where the repository's files can be read.
import { spawnSync } from "node:child_process";
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { build } from "vitepress";
import { writeApiReference } from "./api-reference.mjs";
import { brokenLinks } from "./broken-links.mjs";

const docs = join(import.meta.dirname, "..");
const consolePackage = join(docs, "../packages/console");
const { values } = parseArgs({
  options: { out: { type: "string", default: join(docs, ".vitepress/dist") } },
});
const base = process.env.DOCS_BASE ?? "/";

rmSync(values.out, { recursive: true, force: true });
await writeApiReference();
await build(docs, { outDir: values.out });
buildPlayground();

const broken = brokenLinks(values.out, base);
for (const link of broken) process.stderr.write(`broken link in ${link}\n`);
if (broken.length > 0) process.exitCode = 1;
else process.stdout.write(`${values.out} is built, and all its links lead somewhere\n`);

/** In a process of its own: the console is built by another version of Vite. */
function buildPlayground() {
  const vite = join(docs, "../node_modules/vite/bin/vite.js");
  const arguments_ = [vite, "build", "--config", "vite.playground.config.ts", "--logLevel", "warn"];
  const { status } = spawnSync(process.execPath, arguments_, {
    cwd: consolePackage,
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (status !== 0) throw new Error(`the playground could not be built (exit code ${status})`);
  cpSync(join(consolePackage, "dist-playground"), join(values.out, "playground"), {
    recursive: true,
  });
}
