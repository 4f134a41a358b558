import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import * as esbuild from "esbuild";
import { expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../..");

/** The first block of `language` in a document that begins with `start`. */
function codeBlock(file: string, language: string, start: string): string {
  const text = readFileSync(join(root, file), "utf8");
  const [, block] = text.split(`\`\`\`${language}\n${start}`);
  if (block === undefined) throw new Error(`${file} has no such block`);
  return start + block.slice(0, block.indexOf("```"));
}

it("an authorizer of one's own bundles where deployment.md puts it: beside a checkout", async () => {
  const app = mkdtempSync(join(tmpdir(), "portcullis-app-"));
  try {
    mkdirSync(join(app, "src"));
    symlinkSync(root, join(app, "portcullis"));
    const entry = join(app, "src/billing-authorizer.ts");
    writeFileSync(entry, codeBlock("docs/deployment.md", "ts", "// src/billing-authorizer.ts"));
    const { metafile } = await esbuild.build({
      entryPoints: [entry],
      outfile: join(app, "bundle.mjs"),
      bundle: true,
      platform: "node",
      format: "esm",
      metafile: true,
      logLevel: "silent",
    });
    const [output] = Object.values(metafile.outputs);
    expect(output?.exports).toEqual(["handler"]);
  } finally {
    rmSync(app, { recursive: true });
  }
});

it.each(["README.md", "docs/deployment.md", "docs/tenants.md"])(
  "the sh blocks of %s run in a POSIX shell",
  (file) => {
    const text = readFileSync(join(root, file), "utf8");
    const blocks = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = ""]) => block);
    expect(blocks.length).toBeGreaterThan(2);
    // Here-strings, process substitution, `read -s`, arrays and `[[` are bash's and zsh's alone.
    for (const block of blocks) expect(block).not.toMatch(/<<<|<\(|read -\w*s|\[\[ |\w=\(/);
  },
);
