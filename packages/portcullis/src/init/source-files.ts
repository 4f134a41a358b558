import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

export interface SourceFile {
  /** From the project's directory, with `/`. */
  readonly path: string;
  readonly text: string;
}

const MOST_FILES = 2_000;
const MOST_BYTES = 512 * 1024;
const DEEPEST = 8;
const SKIPPED = /^(?:\.|node_modules$|dist$|build$|out$|coverage$|public$)/;
const SOURCE = /\.[cm]?[jt]sx?$/;

/** The JavaScript and TypeScript of a project, without what is built or installed. */
export function sourceFiles(directory: string): readonly SourceFile[] {
  const found: SourceFile[] = [];
  const folders: { readonly path: string; readonly depth: number }[] = [{ path: "", depth: 0 }];
  for (let folder = folders.shift(); folder !== undefined; folder = folders.shift()) {
    for (const entry of readdirSync(join(directory, folder.path), { withFileTypes: true })) {
      if (SKIPPED.test(entry.name)) continue;
      const path = folder.path === "" ? entry.name : `${folder.path}/${entry.name}`;
      if (entry.isDirectory() && folder.depth < DEEPEST)
        folders.push({ path, depth: folder.depth + 1 });
      if (!entry.isFile() || !SOURCE.test(entry.name) || /\.d\.[cm]?ts$/.test(entry.name)) continue;
      const file = join(directory, path);
      if (statSync(file).size > MOST_BYTES) continue;
      found.push({ path, text: readFileSync(file, "utf8") });
      if (found.length >= MOST_FILES) return found;
    }
  }
  return found;
}
