import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { hasBuildTools, withBuildTools } from "../../../packages/local/src/console/build-tools.ts";

const ROOT = resolve(import.meta.dirname, "../../..");

/** An npm that writes down how it was called, and ends with a code. */
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "portcullis-npm-"));
  vi.stubEnv("npm_node_execpath", process.execPath);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

function stubNpm(code: number): void {
  const file = join(folder, "npm.cjs");
  writeFileSync(
    file,
    `const call = JSON.stringify({ args: process.argv.slice(2), cwd: process.cwd() });
     require("node:fs").writeFileSync(${JSON.stringify(join(folder, "call"))}, call);
     process.stderr.write("npm error network\\n");
     process.exit(${code});`,
  );
  vi.stubEnv("npm_execpath", file);
}

const call = (): { readonly args: string[]; readonly cwd: string } =>
  JSON.parse(readFileSync(join(folder, "call"), "utf8"));

describe("withBuildTools", () => {
  it("installs the console alone beside copies of its sources, and removes them", async () => {
    stubNpm(0);
    let built = "";
    await withBuildTools(ROOT, async (copy) => {
      built = copy;
      for (const file of [
        "package.json",
        "package-lock.json",
        "packages/local/package.json",
        "packages/console/vite.config.ts",
        "packages/console/src/security-headers.ts",
        "packages/analysis/src/index.ts",
        "packages/policy/src/index.ts",
      ])
        expect(existsSync(join(copy, file)), file).toBe(true);
      expect(existsSync(join(copy, "packages/console/node_modules"))).toBe(false);
      expect(existsSync(join(copy, "examples/orders/src"))).toBe(false);
    });
    expect(call().cwd).toBe(built);
    expect(call().args.join(" ")).toContain(`ci --prefix ${built} --workspace @portcullis/console`);
    expect(existsSync(built)).toBe(false);
  });

  it("says what npm said if it fails, and does not build", async () => {
    stubNpm(7);
    const build = vi.fn(async () => {});
    await expect(withBuildTools(ROOT, build)).rejects.toThrow(
      /^npm ci ended with code 7: npm error network$/,
    );
    expect(build).not.toHaveBeenCalled();
    expect(existsSync(call().cwd)).toBe(false);
  });

  it("removes its folder when the build fails", async () => {
    stubNpm(0);
    let built = "";
    const failing = withBuildTools(ROOT, async (copy) => {
      built = copy;
      throw new Error("no such file");
    });
    await expect(failing).rejects.toThrow("no such file");
    expect(existsSync(built)).toBe(false);
  });
});

it("the repository has the tools where tests run", () => {
  expect(hasBuildTools(ROOT)).toBe(true);
  expect(hasBuildTools(folder)).toBe(false);
});
