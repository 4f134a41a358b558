import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { portcullis, ROOT } from "./command.ts";

/** Commands of the manual that need nothing but the repository, with the exit code they name. */
const COMMANDS = [
  ...readFileSync(join(ROOT, "docs/policies.md"), "utf8").matchAll(
    /^npm run policy -- ([^#\n]*examples\/policies[^#\n]*?)(?: # exit code (\d))?$/gm,
  ),
].map(([, words = "", code = "0"]) => ({ words, code: Number(code) }));

test("the manual has commands", () => {
  expect(COMMANDS.length).toBeGreaterThanOrEqual(8);
});

test.each(COMMANDS)("$words", async ({ words, code }) => {
  const finished = await portcullis(["policy", ...words.split(" ")]);
  expect(finished.stderr).toBe("");
  expect(finished.code).toBe(code);
});
