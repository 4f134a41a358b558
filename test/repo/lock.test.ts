import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

interface Entry {
  readonly version?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  readonly optional?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}
interface Lock {
  packages: Record<string, Entry>;
}

const root = fileURLToPath(new URL("../..", import.meta.url));
const lock: Lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));

/** Whether Node would find `name` from the package at `path`. */
function isFound({ packages }: Lock, path: string, name: string): boolean {
  const folders = path.split("/");
  return (
    folders.some(
      (_, index) =>
        packages[
          [...folders.slice(0, folders.length - index), "node_modules", name]
            .filter(Boolean)
            .join("/")
        ],
    ) || `node_modules/${name}` in packages
  );
}

describe("package-lock.json", () => {
  test("has an entry for every optional dependency, so that npm ci works where a registry lacks some", () => {
    const missing = Object.entries(lock.packages).flatMap(([path, entry]) =>
      Object.keys(entry.optionalDependencies ?? {}).filter((name) => !isFound(lock, path, name)),
    );
    expect(missing, "run node scripts/complete-lock.mjs").toEqual([]);
  });

  test.each([
    ["darwin", "arm64"],
    ["darwin", "x64"],
    ["linux", "arm64"],
    ["linux", "x64"],
    ["win32", "x64"],
  ])("has the engine for %s-%s", (os, cpu) => {
    expect(lock.packages[`node_modules/@dynoxide/${os}-${cpu}`]).toMatchObject({
      version: "1.2.1",
      os: [os],
      cpu: [cpu],
      optional: true,
    });
  });

  test("resolves nothing anywhere but at npm's own registry", () => {
    const elsewhere = Object.entries(lock.packages).filter(
      ([, { resolved, link }]) =>
        resolved !== undefined && !link && !resolved.startsWith("https://registry.npmjs.org/"),
    );
    expect(elsewhere).toEqual([]);
  });
});

describe("scripts/complete-lock.mjs", () => {
  function complete(given: object): {
    readonly status: number | null;
    readonly said: string;
    readonly lock: Lock;
  } {
    const folder = mkdtempSync(join(tmpdir(), "portcullis-lock-"));
    try {
      mkdirSync(join(folder, "scripts"));
      const script = join(folder, "scripts/complete-lock.mjs");
      writeFileSync(script, readFileSync(join(root, "scripts/complete-lock.mjs")));
      writeFileSync(join(folder, "package-lock.json"), JSON.stringify(given));
      const run = spawnSync(process.execPath, [script], { encoding: "utf8" });
      const made: Lock = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8"));
      return { status: run.status, said: run.stdout + run.stderr, lock: made };
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  test("adds what is missing, with what its name says and its siblings' license, and only that", () => {
    const optionalDependencies = {
      "@x/linux-x64": "1.0.0",
      "@x/darwin-arm64": "1.0.0",
      "@x/linux-arm64-musl": "1.0.0",
      "@x/win32-ia32": "1.0.0",
      "y-windows-aarch64": "2.0.0",
    };
    const here = { version: "1.0.0", license: "MIT", optional: true, os: ["linux"], cpu: ["x64"] };
    const { status, lock: made } = complete({
      packages: {
        "": {},
        "node_modules/x": { version: "1.0.0", optionalDependencies },
        "node_modules/x/node_modules/@x/linux-x64": here,
      },
    });
    expect(status).toBe(0);
    expect(made.packages).toEqual({
      "": {},
      "node_modules/@x/darwin-arm64": {
        version: "1.0.0",
        os: ["darwin"],
        cpu: ["arm64"],
        optional: true,
      },
      "node_modules/@x/linux-arm64-musl": {
        version: "1.0.0",
        os: ["linux"],
        cpu: ["arm64"],
        optional: true,
      },
      "node_modules/@x/win32-ia32": {
        version: "1.0.0",
        os: ["win32"],
        cpu: ["ia32"],
        optional: true,
      },
      "node_modules/x": { version: "1.0.0", optionalDependencies },
      "node_modules/x/node_modules/@x/linux-x64": here,
      "node_modules/y-windows-aarch64": {
        version: "2.0.0",
        os: ["win32"],
        cpu: ["arm64"],
        optional: true,
      },
    });
    expect(complete(made)).toEqual({
      status: 0,
      said: "package-lock.json is complete\n",
      lock: made,
    });
  });

  test("refuses a range without one lowest version", () => {
    const given = {
      packages: { "node_modules/x": { optionalDependencies: { "@x/linux-x64": ">=1.0.0" } } },
    };
    const { status, said, lock: left } = complete(given);
    expect(status).toBe(1);
    expect(said).toContain(
      "node_modules/x depends on @x/linux-x64@>=1.0.0: only X.Y.Z, ^X.Y.Z and ~X.Y.Z can be completed",
    );
    expect(left).toEqual(given);
  });

  test("refuses a lock that was made against another registry", () => {
    const given = {
      packages: { "node_modules/x": { resolved: "https://registry.example.com/x.tgz" } },
    };
    expect(complete(given)).toMatchObject({
      status: 1,
      said: expect.stringContaining("registry.example.com"),
      lock: given,
    });
  });
});
