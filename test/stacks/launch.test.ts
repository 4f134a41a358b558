import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "./synth/paths.ts";

interface Launch {
  readonly name: string;
  readonly runtimeExecutable?: string;
  readonly program?: string;
  readonly command?: string;
}

/** JSON with comments on lines of their own. */
const read = (file: string): { configurations: Launch[] } =>
  JSON.parse(readFileSync(join(ROOT, file), "utf8").replace(/^\s*\/\/.*$/gm, ""));

test("VS Code starts `npm start`, `sst dev` and a test file under its debugger, by files that are there", () => {
  const { configurations } = read(".vscode/launch.json");
  expect(configurations.map(({ name }) => name)).toEqual(["npm start", "sst dev", "test file"]);
  for (const { runtimeExecutable, program, command } of configurations) {
    const named = [runtimeExecutable, program, command?.split(" ")[0]].filter(
      (path) => path !== undefined,
    );
    expect(named.length).toBeGreaterThan(0);
    for (const path of named) {
      const file = path.replace(/^\$\{workspaceFolder\}/, ".");
      expect([path, existsSync(join(ROOT, file))]).toEqual([path, true]);
    }
  }
});
