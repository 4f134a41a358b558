import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, test } from "vitest";

/** What a function gets that imports one entry point of the package. */
async function bundled(entry: string) {
  const { metafile, outputFiles } = await build({
    entryPoints: [fileURLToPath(import.meta.resolve(entry))],
    bundle: true,
    minify: true,
    platform: "node",
    format: "esm",
    target: "node24",
    metafile: true,
    write: false,
  });
  const code = outputFiles[0]?.text ?? "";
  // Only what is left after the unused parts were shaken off.
  const inputs = Object.values(metafile.outputs).flatMap((output) =>
    Object.entries(output.inputs).flatMap(([path, { bytesInOutput }]) =>
      bytesInOutput > 0 ? [path] : [],
    ),
  );
  return { inputs, code, gzippedBytes: gzipSync(code).length };
}

const WRITES =
  /packages\/store\/src\/(store\.ts|dynamo-store\.ts|write\/|table\/|read\/query\.ts|keys\/manage-key-ring\.ts)/;

test.each(["reader", "slim-reader", "slim-kms", "key-ring"])(
  "%s brings nothing that writes",
  async (entry) => {
    const { inputs } = await bundled(`@portcullis/store/${entry}`);
    expect(inputs.some((path) => path.startsWith("packages/store/src/"))).toBe(true);
    expect(inputs.filter((path) => WRITES.test(path))).toEqual([]);
  },
);

test.each(["slim-reader", "slim-kms", "key-ring"])(
  "%s brings no package but our own, and little of it",
  async (entry) => {
    const { inputs, code, gzippedBytes } = await bundled(`@portcullis/store/${entry}`);
    expect(inputs.filter((path) => path.includes("node_modules"))).toEqual([]);
    expect(code).not.toMatch(/TransactWriteItems|PutItem|UpdateItem|DeleteItem/);
    expect(gzippedBytes).toBeLessThan(6_000);
  },
);
