import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { defineConfig } from "vitest/config";
import parts from "./parts.json" with { type: "json" };

const part = parts[process.env.MUTATION_PART as keyof typeof parts];

/**
 * The quick tests of one part, for Stryker: a mutant that survives them may not survive the whole
 * suite.
 */
export default defineConfig({
  plugins: [{ name: "workspace-sources", enforce: "pre", resolveId: workspaceSources() }],
  test: {
    include: part.tests,
    // Modules are loaded once for all files of a run: Stryker leaves out mutants of what runs then.
    isolate: false,
    testTimeout: 20_000,
  },
});

/**
 * Resolves the workspace's packages to the folder that Stryker copied. Without it an import by name
 * follows the link in node_modules back to the sources without mutants.
 */
function workspaceSources(): (name: string) => string | undefined {
  const sources = new Map<string, string>();
  for (const folder of ["packages", "examples"]) {
    for (const entry of readdirSync(folder)) addExports(sources, join(folder, entry));
  }
  return (name) => sources.get(name);
}

function addExports(sources: Map<string, string>, folder: string): void {
  let text: string;
  const manifest = join(process.cwd(), folder, "package.json");
  try {
    text = readFileSync(manifest, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return;
    throw error;
  }
  const { name, exports = {} } = JSON.parse(text);
  for (const [path, target] of Object.entries(exports)) {
    if (typeof target === "string") sources.set(join(name, path), join(dirname(manifest), target));
  }
}
