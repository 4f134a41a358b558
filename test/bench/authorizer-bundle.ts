import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import { bundle } from "../stacks/bundle.ts";

export interface Bundled {
  /** Where `bundle.mjs` is. */
  readonly folder: string;
  /**
   * What is read before the first request, and what waits for the first token or denial: bytes,
   * minified and gzipped.
   */
  readonly startBytes: number;
  readonly laterBytes: number;
  /** What is read before the first request. */
  readonly startFiles: readonly string[];
  readonly sources: readonly string[];
  remove(): void;
}

/** The authorizer's function, bundled as it is deployed. */
export async function bundledAuthorizer(): Promise<Bundled> {
  const folder = temporaryFolder();
  const { sources } = await bundle("packages/functions/src/authorizer.ts", folder);
  const first = importedAtOnce(folder, "bundle.mjs");
  const size = (names: readonly string[]) =>
    names.reduce((sum, name) => sum + gzipSync(readFileSync(join(folder, name))).length, 0);
  const later = readdirSync(folder).filter((name) => name.endsWith(".mjs") && !first.has(name));
  return {
    folder,
    sources,
    startBytes: size([...first]),
    startFiles: [...first],
    laterBytes: size(later),
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/**
 * What an authorizer of the plain SDK and middy would have to load for one read: the floor of its
 * cold start, with nothing decided.
 */
export async function bundledSkeleton(): Promise<Bundled> {
  const folder = temporaryFolder();
  const contents = `
    import middy from "@middy/core";
    import { BatchGetItemCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
    const client = new DynamoDBClient({});
    export const handler = middy(async (event) => {
      await client.send(new BatchGetItemCommand({ RequestItems: { [process.env.PORTCULLIS_TABLE]: {
        Keys: [{ pk: { S: "a" }, sk: { S: "b" } }], ConsistentRead: true } } }));
      return { isAuthorized: event.routeKey !== undefined, context: {} };
    });`;
  const { metafile } = await esbuild.build({
    stdin: {
      contents,
      resolveDir: resolve(import.meta.dirname, "../../packages/functions"),
      loader: "ts",
    },
    outfile: join(folder, "bundle.mjs"),
    bundle: true,
    minify: true,
    platform: "node",
    format: "esm",
    target: "es2024",
    mainFields: ["module", "main"],
    metafile: true,
    banner: { js: "import{createRequire as r}from'module';const require=r(import.meta.url);" },
    logLevel: "error",
  });
  writeFileSync(join(folder, "package.json"), '{"type":"module"}');
  return {
    folder,
    sources: Object.keys(metafile.inputs),
    startBytes: gzipSync(readFileSync(join(folder, "bundle.mjs"))).length,
    laterBytes: 0,
    startFiles: ["bundle.mjs"],
    remove: () => rmSync(folder, { recursive: true }),
  };
}

const temporaryFolder = () => mkdtempSync(join(tmpdir(), "portcullis-bundle-"));

function importedAtOnce(
  folder: string,
  name: string,
  seen = new Set<string>(),
): ReadonlySet<string> {
  if (seen.has(name)) return seen;
  seen.add(name);
  const text = readFileSync(join(folder, name), "utf8");
  for (const [, imported = ""] of text.matchAll(
    /(?:import|export)[^"'();]*?["']\.\/([^"']+\.mjs)["']/g,
  ))
    importedAtOnce(folder, imported, seen);
  return seen;
}
