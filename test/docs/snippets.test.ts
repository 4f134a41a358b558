import { globSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as esbuild from "esbuild";
import { afterAll, beforeAll, expect, it } from "vitest";
import { project, ROOT } from "../portcullis/packed.ts";
import { DOCS, readPage } from "./support/page.ts";

/** A project with the packed package, in which the code of the manual is bundled. */
let folder: string;
beforeAll(async () => {
  folder = await project();
  mkdirSync(join(folder, "node_modules/@hono"));
  mkdirSync(join(folder, "node_modules/@middy"));
  for (const name of ["express", "fastify", "hono", "@hono/node-server", "@middy/core", "jose"])
    symlinkSync(join(ROOT, "node_modules", name), join(folder, "node_modules", name));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SNIPPETS = globSync("*.md", { cwd: DOCS })
  .sort()
  .flatMap((name) =>
    readPage(name)
      .blocks.filter(({ language, text }) => /^[jt]s$/.test(language) && /"portcullis\//.test(text))
      .map(({ text, line }) => ({ place: `${name}:${line}`, text })),
  );

it("the manual has code that imports the package", () => {
  expect(SNIPPETS.length).toBeGreaterThanOrEqual(8);
});

it.each(SNIPPETS)("$place imports what the package exports", async ({ place, text }) => {
  const file = join(folder, `${place.replace(/\W/g, "-")}.ts`);
  writeFileSync(file, text);
  const { warnings } = await esbuild.build({
    entryPoints: [file],
    bundle: true,
    write: false,
    platform: "node",
    format: "esm",
    logLevel: "silent",
    // A reader's own files, and packages that the manual names.
    external: ["./*", "@pulumi/*", "aws4fetch", "@aws-sdk/*", "@smithy/*"],
  });
  expect(warnings.map(({ text: warning }) => warning)).toEqual([]);
});

it("README's blocks run in a POSIX shell", () => {
  const blocks = [
    ...readFileSync(join(ROOT, "README.md"), "utf8").matchAll(/```sh\n([\s\S]*?)```/g),
  ].map(([, block = ""]) => block);
  expect(blocks.length).toBeGreaterThan(2);
  for (const block of blocks) expect(block).not.toMatch(/<<<|<\(|read -\w*s|\[\[ |\w=\(/);
});
