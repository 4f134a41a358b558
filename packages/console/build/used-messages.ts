import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Plugin } from "vite";

const NAMESPACE = "cloudscape-design-components";
const VIRTUAL = "virtual:cloudscape-messages";
const require = createRequire(import.meta.url);

/**
 * `virtual:cloudscape-messages`: Cloudscape's English texts (labels of close buttons and so on) of
 * the components that the sources import. All of them would be 8 KB more to load.
 * @param sources the directory
 */
export function usedMessages(sources: string): Plugin {
  return {
    name: "used-messages",
    resolveId: (id) => (id === VIRTUAL ? `\0${VIRTUAL}` : undefined),
    load(id) {
      if (id !== `\0${VIRTUAL}`) return undefined;
      const file = require.resolve("@cloudscape-design/components/i18n/messages/all.en.json");
      const all = JSON.parse(readFileSync(file, "utf8"))[NAMESPACE].en;
      const used = [...importedComponents(sources), ...INTERNAL];
      const texts = Object.fromEntries(
        used.filter((name) => name in all).map((name) => [name, all[name]]),
      );
      return `export default ${JSON.stringify({ [NAMESPACE]: { en: texts } })}`;
    },
  };
}

/** Components that others use inside. */
const INTERNAL = ["error-boundary", "input", "popover"];

function importedComponents(directory: string): Set<string> {
  const found = new Set<string>();
  for (const entry of readdirSync(directory, { recursive: true, encoding: "utf8" })) {
    if (!entry.endsWith(".tsx")) continue;
    const text = readFileSync(join(directory, entry), "utf8");
    for (const [, name = ""] of text.matchAll(/@cloudscape-design\/components\/([\w-]+)"/g))
      found.add(name);
  }
  return found;
}
