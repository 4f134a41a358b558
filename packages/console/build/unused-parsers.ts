import type { Plugin } from "vite";

/**
 * CodeMirror's commands import Lezer, whose package does not say that its modules have no side
 * effects. Without a use of it, it is left out: 10 KB.
 */
export function unusedParsers(): Plugin {
  return {
    name: "unused-parsers",
    enforce: "pre",
    async resolveId(source, importer, options) {
      if (!source.startsWith("@lezer/")) return undefined;
      const resolved = await this.resolve(source, importer, { ...options, skipSelf: true });
      return resolved === null ? undefined : { ...resolved, moduleSideEffects: false };
    },
  };
}
