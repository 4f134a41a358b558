import { watch } from "node:fs";
import { dirname, extname } from "node:path";

const QUIET_MILLISECONDS = 100;
const SOURCES: ReadonlySet<string> = new Set([
  ...[".ts", ".mts", ".cts", ".js", ".mjs", ".cjs"],
  ...[".json", ".yaml", ".yml"],
]);

/**
 * Calls `onChange` after the file, or another source in its directory that it may import, has
 * changed, until the process ends.
 */
export function watchFile(path: string, onChange: () => void): void {
  let timer: NodeJS.Timeout | undefined;
  watch(dirname(path), (_, name) => {
    if (name !== null && !SOURCES.has(extname(name))) return;
    clearTimeout(timer);
    timer = setTimeout(onChange, QUIET_MILLISECONDS);
  });
}
