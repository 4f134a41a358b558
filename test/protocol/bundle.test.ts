import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, test } from "vitest";

test("the sigv4 entry bundles alone: node:crypto and nothing else", async () => {
  const { metafile, outputFiles } = await build({
    stdin: {
      contents: 'export * from "@portcullis/protocol/sigv4";',
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    minify: true,
    platform: "node",
    format: "esm",
    metafile: true,
    write: false,
  });
  const inputs = Object.keys(metafile.inputs).filter((path) => path !== "<stdin>");
  expect(inputs.every((path) => path.startsWith("packages/protocol/src/"))).toBe(true);
  expect(inputs.some((path) => /shape|service|xml|codec|constraint|query|json/.test(path))).toBe(
    false,
  );
  const imports = Object.values(metafile.inputs).flatMap((input) =>
    input.imports.filter(({ external }) => external),
  );
  expect(new Set(imports.map(({ path }) => path))).toEqual(new Set(["node:crypto"]));
  expect(gzipSync(outputFiles[0]?.contents ?? "").length).toBeLessThan(6_000);
});
