import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, test } from "vitest";

test("the package is at most 40 KB without the engine, minified and gzipped, and runs anywhere", async () => {
  const { metafile, outputFiles } = await build({
    entryPoints: ["packages/analysis/src/index.ts"],
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    external: ["@portcullis/policy"],
    metafile: true,
    write: false,
    logLevel: "silent",
  });
  const read = Object.keys(metafile.inputs);
  expect(read.filter((file) => !file.startsWith("packages/analysis/src/"))).toEqual([]);
  const imported = Object.values(metafile.outputs).flatMap(({ imports }) =>
    imports.map(({ path }) => path),
  );
  expect(new Set(imported)).toEqual(new Set(["@portcullis/policy"]));
  expect(outputFiles).toHaveLength(1);
  expect(gzipSync(outputFiles[0]!.contents, { level: 9 }).length).toBeLessThanOrEqual(40_960);
});
