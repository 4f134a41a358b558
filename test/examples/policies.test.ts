import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { installed, npmWithoutNodeModules, ROOT } from "../portcullis/packed.ts";

const run = promisify(execFile);
const EXAMPLE = join(ROOT, "examples/policies");

interface Workflow {
  readonly jobs: { readonly policies: { readonly steps: readonly { readonly run?: string }[] } };
}

/** A copy of the policy repository, with the packed package as its dependency. */
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "portcullis-policies-"));
  cpSync(EXAMPLE, folder, { recursive: true });
  symlinkSync(join(await installed(), "project/node_modules"), join(folder, "node_modules"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const workflow: Workflow = parse(
  readFileSync(join(EXAMPLE, ".github/workflows/policies.yml"), "utf8"),
);
const COMMANDS = workflow.jobs.policies.steps.flatMap(({ run }) =>
  run === undefined || run === "npm ci" ? [] : [run],
);

const shell = (command: string) =>
  run("sh", ["-c", command], { cwd: folder, env: npmWithoutNodeModules() });

describe("the workflow of examples/policies", () => {
  it("checks policies, checks guardrails, and runs tests", () => {
    expect(COMMANDS).toHaveLength(3);
  });

  it.each(COMMANDS)("%s", async (command) => {
    await expect(shell(command)).resolves.toMatchObject({ stderr: "" });
  });

  it("refuses a policy that allows too much, with an annotation of its line", async () => {
    const path = join(folder, "policies/order-reader.json");
    const text = readFileSync(path, "utf8");
    writeFileSync(path, text.replace('"orders:GetOrder"', '"orders:DeleteOrder"'));
    const [, , test = ""] = COMMANDS;
    await expect(shell(test)).rejects.toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^::error file=orders\.test\.yaml,line=\d+/m),
    });
  });
});
