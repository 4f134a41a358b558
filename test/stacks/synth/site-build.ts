import { execSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Files that a site's build leaves, as far as the program looks at them. */
const FILES = { "index.html": "<!doctype html>", "assets/index-0.js": "" };

/**
 * Stands in for Vite's build of a site, which takes seconds and has tests of its own. The site that
 * the npm package contains is written as a deployment does.
 */
export function buildSite({ dir, create, environment }: Record<string, unknown>): void {
  if (/dist\/console-site\.js/.test(String(create))) {
    const env = { ...process.env, ...(environment as Record<string, string>) };
    execSync(String(create), { cwd: String(dir), env });
    return;
  }
  const folder = /--outDir (\S+)/.exec(String(create))?.[1];
  if (folder === undefined) throw new Error(`unexpected build of a site: ${String(create)}`);
  for (const [path, text] of Object.entries(FILES)) {
    const file = join(String(dir), folder, path);
    if (existsSync(file)) continue;
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, text);
  }
}
