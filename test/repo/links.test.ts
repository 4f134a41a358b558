import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../..");
const documents = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "*.md"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\n")
  .filter((path) => path !== "" && !path.startsWith("test/vectors/"));

/** A document without its code blocks, whose paths may be a reader's own. */
const prose = (text: string): string => text.replace(/```[\s\S]*?```/g, "");

/** The anchors of a document's headings, as GitHub makes them. */
const anchors = (text: string): readonly string[] =>
  [...prose(text).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );

it.each(documents)("the links of %s lead somewhere", (path) => {
  const text = readFileSync(join(root, path), "utf8");
  const broken = [
    ...prose(text).matchAll(/\]\((?!https?:|\.\.\/\.\.\/(?:compare|releases))([^)\s]+)\)/g),
  ]
    .map(([, target = ""]) => target)
    .filter((target) => {
      const [file = "", anchor] = target.split("#");
      const found = file === "" ? join(root, path) : join(root, dirname(path), file);
      if (!existsSync(found)) return true;
      return anchor !== undefined && !anchors(readFileSync(found, "utf8")).includes(anchor);
    });
  expect(broken).toEqual([]);
});

it.each(documents)("the paths that %s names exist", (path) => {
  const text = prose(readFileSync(join(root, path), "utf8"));
  const named = [
    ...text.matchAll(/`((?:packages|stacks|examples|scripts|test|docs)\/[\w./-]*\w\/?)`/g),
  ].map(([, name = ""]) => name);
  expect(named.filter((name) => !existsSync(join(root, name)))).toEqual([]);
});
