import { join } from "node:path";
import * as esbuild from "esbuild";
import { ROOT } from "./synth/paths.ts";

/** A function's code as it is deployed. */
export interface Bundle {
  /** Every source file within, as a path from the root. */
  readonly sources: readonly string[];
  /** Bytes read before the first request: the entry and the chunks that it imports at once. */
  readonly startBytes: number;
  /** How many files these are. */
  readonly startFiles: number;
  readonly exports: readonly string[];
}

const NODE_GLOBALS = `import { createRequire as topLevelCreateRequire } from 'module';
const require = topLevelCreateRequire(import.meta.url);
import { fileURLToPath as topLevelFileUrlToPath, URL as topLevelURL } from "url"
const __filename = topLevelFileUrlToPath(import.meta.url)
const __dirname = topLevelFileUrlToPath(new topLevelURL(".", import.meta.url))`;

/**
 * Bundles an entry point, a path from the root, with the options that SST 4.17.1 has for these
 * functions. Authorizers lose the names of their functions, as the stacks say.
 */
export async function bundle(entry: string, outdir: string): Promise<Bundle> {
  const { metafile } = await esbuild.build({
    absWorkingDir: ROOT,
    entryPoints: [join(ROOT, entry)],
    outdir,
    entryNames: "bundle",
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    minify: true,
    keepNames: !/authorizer[\w-]*\.[jt]s$/.test(entry),
    metafile: true,
    platform: "node",
    format: "esm",
    target: "es2024",
    mainFields: ["module", "main"],
    external: ["sharp", "pg-native"],
    banner: { js: NODE_GLOBALS },
    logLevel: "error",
  });
  const chunks = metafile.outputs;
  const [start, main] =
    Object.entries(chunks).find(([, chunk]) => chunk.entryPoint === entry) ?? [];
  if (start === undefined || main === undefined) throw new Error(`no bundle of ${entry}`);
  const first = importedAtOnce(start, chunks);
  return {
    sources: [...new Set(Object.values(chunks).flatMap(sourcesOf))],
    startBytes: [...first].reduce((bytes, path) => bytes + (chunks[path]?.bytes ?? 0), 0),
    startFiles: first.size,
    exports: main.exports,
  };
}

function importedAtOnce(
  path: string,
  chunks: esbuild.Metafile["outputs"],
  seen = new Set<string>(),
): Set<string> {
  if (seen.has(path)) return seen;
  seen.add(path);
  for (const imported of chunks[path]?.imports ?? []) {
    if (imported.kind === "import-statement" && !imported.external)
      importedAtOnce(imported.path, chunks, seen);
  }
  return seen;
}

/** Those of which something is left after unused code was removed. */
function sourcesOf(chunk: esbuild.Metafile["outputs"][string]): readonly string[] {
  return Object.entries(chunk.inputs).flatMap(([path, { bytesInOutput }]) =>
    bytesInOutput > 0 ? [path] : [],
  );
}
