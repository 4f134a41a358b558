import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, test } from "vitest";

const ENTRY = "./packages/analysis/src/index.ts";
const ENGINE = 'export * from "@portcullis/policy";';

async function bundle(contents: string) {
  return build({
    stdin: { contents, resolveDir: process.cwd(), loader: "ts" },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    metafile: true,
    write: false,
    logLevel: "silent",
  });
}

async function sizeOf(contents: string): Promise<number> {
  const { outputFiles } = await bundle(contents);
  return gzipSync(outputFiles[0]!.contents, { level: 9 }).length;
}

/** Bytes that some exports add to a page that has the engine, minified and gzipped. */
async function addedBy(names: readonly string[]): Promise<number> {
  const own = `export { ${names.join(", ")} } from "${ENTRY}";`;
  return (await sizeOf(own + ENGINE)) - (await sizeOf(ENGINE));
}

test("it depends on the engine only, and runs anywhere", async () => {
  const { metafile, outputFiles } = await bundle(`export * from "${ENTRY}";`);
  const read = Object.keys(metafile.inputs).filter((file) => file !== "<stdin>");
  expect(read.filter((file) => !/^packages\/(?:analysis|policy)\/src\//.test(file))).toEqual([]);
  expect(Object.values(metafile.outputs).flatMap(({ imports }) => imports)).toEqual([]);
  expect(outputFiles).toHaveLength(1);
});

test("all of it adds at most 40,000 bytes to the engine", async () => {
  const whole = `export * from "${ENTRY}";`;
  expect((await sizeOf(whole + ENGINE)) - (await sizeOf(ENGINE))).toBeLessThanOrEqual(40_000);
});

test.each([
  [
    "an editor of policies",
    ["lintPolicy", "checkNoNewAccess", "checkAccessNotGranted", "checkNoPublicAccess"].concat([
      "describeChange",
      "generatePolicy",
      "smallestStatement",
      "indexServices",
    ]),
    30_720,
  ],
  ["findings", ["analyzeAccount", "runToEnd"], 34_304],
  ["who can", ["whoCan", "whatCan", "runToEnd"], 4_736],
])("%s adds little to a page that has the engine", async (_, names, limit) => {
  expect(await addedBy(names)).toBeLessThanOrEqual(limit);
});
