import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Files that a site's build leaves, as far as the program looks at them. */
const FILES = { "index.html": "<!doctype html>", "assets/index-0.js": "" };

/** Stands in for the build of a site, which takes seconds and has tests of its own. */
export function buildSite({ dir, create }: Record<string, unknown>): void {
  const folder = /--outDir (\S+)/.exec(String(create))?.[1];
  if (folder === undefined) throw new Error(`unexpected build of a site: ${String(create)}`);
  for (const [path, text] of Object.entries(FILES)) {
    const file = join(String(dir), folder, path);
    if (existsSync(file)) continue;
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, text);
  }
}
