import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, test } from "vitest";

/** What reads, compiles and decides, as an authorizer bundles it. */
async function bundle() {
  const entry =
    'export { authorize, compilePolicy, parsePolicy } from "./packages/policy/src/index.ts";';
  return build({
    stdin: { contents: entry, resolveDir: process.cwd(), loader: "ts" },
    bundle: true,
    minify: true,
    format: "esm",
    metafile: true,
    write: false,
    logLevel: "silent",
  });
}

test("the engine is at most 11 KB, minified and gzipped, and depends on nothing", async () => {
  const { metafile, outputFiles } = await bundle();
  const read = Object.keys(metafile.inputs).filter((file) => file !== "<stdin>");
  expect(read.filter((file) => !file.startsWith("packages/policy/src/"))).toEqual([]);
  const [output] = Object.values(metafile.outputs);
  expect(Object.keys(output?.inputs ?? {})).not.toContain("packages/policy/src/decide/explain.ts");
  expect(outputFiles).toHaveLength(1);
  expect(gzipSync(outputFiles[0]!.contents, { level: 9 }).length).toBeLessThanOrEqual(11_264);
});
