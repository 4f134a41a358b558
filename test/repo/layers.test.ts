import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
// @ts-expect-error: plain JavaScript, since it runs before anything is installed
import { findLayerFaults } from "../../scripts/layers.mjs";

/**
 * The faults in a repository of these files; each package that they belong to declares
 * `dependencies`.
 */
function faultsIn(
  files: Readonly<Record<string, string>>,
  dependencies: readonly string[] = [],
  folders?: Readonly<Record<string, readonly string[]>>,
): readonly string[] {
  const root = mkdtempSync(join(tmpdir(), "layers-"));
  try {
    const manifest = {
      dependencies: Object.fromEntries(dependencies.map((name) => [name, "*"])),
    };
    for (const [path, text] of Object.entries(files)) {
      const file = join(root, "packages", path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      const name = path.split("/")[0] ?? "";
      const own = files[`${name}/package.json`] ?? JSON.stringify(manifest);
      writeFileSync(join(root, "packages", name, "package.json"), own);
    }
    return findLayerFaults(root, folders);
  } finally {
    rmSync(root, { recursive: true });
  }
}

describe("the layering rule", () => {
  it("holds of the packages as they are", () => {
    expect(findLayerFaults(resolve(import.meta.dirname, "../.."))).toEqual([]);
  });

  it("finds an import that points upwards, a type import too, and a forbidden one", () => {
    const found = faultsIn(
      {
        "iam/src/a.ts":
          'import type { A } from "@portcullis/store";\nawait import("@aws-sdk/client-iam");\n',
        "iam/src/b.ts":
          'import type * as sdk from "@aws-sdk/client-iam";\nimport { b } from "@portcullis/policy";\n',
        "policy/src/model/c.ts":
          'import { hash } from "node:crypto";\nimport { d } from "./d.ts";\n',
      },
      ["@portcullis/store", "@portcullis/policy", "@aws-sdk/client-iam"],
    );
    expect(found).toEqual([
      "packages/iam/src/a.ts: iam must not import @portcullis/store",
      "packages/iam/src/a.ts: imports @aws-sdk/client-iam, but iam is the domain: no AWS clients, no HTTP",
      "packages/policy/src/model/c.ts: imports node:crypto, but policy is pure: it imports nothing but itself",
    ]);
  });

  it.each([
    ["analysis", "iam"],
    ["console", "iam"],
    ["control-api", "store"],
    ["policy", "analysis"],
    ["functions", "local"],
  ])("keeps %s from importing %s", (from, to) => {
    const file = `${from}/src/${from === "policy" ? "model/" : ""}a.ts`;
    const found = faultsIn({ [file]: `import { a } from "@portcullis/${to}";\n` }, [
      `@portcullis/${to}`,
    ]);
    expect(found).toContain(`packages/${file}: ${from} must not import @portcullis/${to}`);
  });

  it("lets the package that people install import any other", () => {
    const text =
      'export { a } from "@portcullis/functions";\nexport { b } from "@portcullis/local";\n';
    expect(
      faultsIn({ "portcullis/src/index.ts": text }, ["@portcullis/functions", "@portcullis/local"]),
    ).toEqual([]);
  });

  it("asks for every package to be in the table", () => {
    expect(faultsIn({ "stranger/src/index.ts": "export {};\n" })).toEqual([
      "packages/stranger: missing in the table of layers",
    ]);
  });
});

describe("the rule against cycles", () => {
  it("finds files that import one another, through type imports and several folders too", () => {
    const found = faultsIn({
      "store/src/a.ts": 'import { b } from "./inner/b.ts";\n',
      "store/src/inner/b.ts": 'import type { C } from "../c.ts";\n',
      "store/src/c.ts": 'export { a } from "./a.ts";\n',
      "store/src/apart.ts": 'import { a } from "./a.ts";\n',
    });
    expect(found).toEqual(["packages/store/src: import cycle of a.ts, c.ts, inner/b.ts"]);
  });

  it("finds two cycles apart, one of dynamic imports, and a file that imports itself", () => {
    const found = faultsIn({
      "store/src/a.ts": 'import { b } from "./b.tsx";\nawait import("./c.ts");\n',
      "store/src/b.tsx": 'import {\n  type A,\n  a,\n} from "./a.ts";\n',
      "store/src/c.ts": 'await import("./d.ts");\n',
      "store/src/d.ts": 'await import("./c.ts");\n',
      "store/src/e.ts": 'import "./e.ts";\n',
    });
    expect(found.toSorted()).toEqual([
      "packages/store/src: import cycle of a.ts, b.tsx",
      "packages/store/src: import cycle of c.ts, d.ts",
      "packages/store/src: import cycle of e.ts",
    ]);
  });

  it("accepts one file that is imported in two ways", () => {
    const found = faultsIn({
      "store/src/a.ts": 'import "./b.ts";\nimport "./c.ts";\n',
      "store/src/b.ts": 'import "./c.ts";\n',
      "store/src/c.ts": "export {};\n",
    });
    expect(found).toEqual([]);
  });
});

describe("the order of a package's subfolders", () => {
  it("finds an import of a later folder, types too, and of the package's entry", () => {
    const found = faultsIn({
      "policy/src/index.ts": 'export { a } from "./decide/a.ts";\n',
      "policy/src/decide/a.ts": 'import { b } from "../model/b.ts";\n',
      "policy/src/model/b.ts": "export const b = 1;\n",
      "policy/src/match/c.ts": 'import type { A } from "../decide/a.ts";\n',
      "policy/src/language/d.ts": 'import { a } from "../index.ts";\n',
    });
    expect(found).toEqual([
      "packages/policy/src/language/d.ts: language must not import index.ts",
      "packages/policy/src/match/c.ts: match must not import decide/a.ts",
    ]);
  });

  it("finds a folder that has no place in the order", () => {
    expect(faultsIn({ "policy/src/odds/a.ts": "export {};\n" })).toEqual([
      "packages/policy/src/odds/a.ts: its folder is missing in the order of packages/policy",
    ]);
  });
});

describe("an order with nested folders and root files", () => {
  const folders = { store: ["record", ".", "operation", "operation/deep"] };

  it("ranks root files where the order has them, and a nested folder apart from its parent", () => {
    const found = faultsIn(
      {
        "store/src/index.ts": 'export { d } from "./operation/deep/d.ts";\n',
        "store/src/error.ts": 'import { a } from "./record/a.ts";\n',
        "store/src/late.ts": 'import { c } from "./operation/c.ts";\n',
        "store/src/record/a.ts": "export const a = 1;\n",
        "store/src/record/b.ts": 'import { e } from "../error.ts";\n',
        "store/src/operation/c.ts": 'import { e } from "../error.ts";\n',
        "store/src/operation/deep/d.ts": 'import { c } from "../c.ts";\n',
        "store/src/operation/e.ts": 'import { d } from "./deep/d.ts";\n',
      },
      [],
      folders,
    );
    expect(found).toEqual([
      "packages/store/src/late.ts: . must not import operation/c.ts",
      "packages/store/src/operation/e.ts: operation must not import operation/deep/d.ts",
      "packages/store/src/record/b.ts: record must not import error.ts",
    ]);
  });
});

describe("a package's manifest", () => {
  it("must declare what the package imports, types at least for development", () => {
    const manifest = {
      dependencies: { jose: "*" },
      optionalDependencies: { "@scope/engine": "*" },
      devDependencies: { "@types/aws-lambda": "*", yaml: "*" },
    };
    const found = faultsIn({
      "local/package.json": JSON.stringify(manifest),
      "local/src/a.ts": [
        'import { readFileSync } from "node:fs";',
        'import { join } from "path";',
        'import * as jose from "jose/jwt";',
        'import engine from "@scope/engine/main";',
        'import type { Handler } from "aws-lambda";',
        'import type { Document } from "yaml";',
        'import { parse } from "yaml";',
        'import type { Undeclared } from "undeclared";',
        'await import("@portcullis/iam/error");',
      ].join("\n"),
      "local/src/b.ts": 'import { parse } from "yaml";\n',
    });
    expect(found).toEqual([
      "packages/local/package.json: does not declare yaml, which a.ts imports",
      "packages/local/package.json: does not declare undeclared, which a.ts imports",
      "packages/local/package.json: does not declare @portcullis/iam, which a.ts imports",
    ]);
  });

  it("must not export by wildcard", () => {
    const manifest = { exports: { ".": "./src/index.ts", "./record/*": "./src/record/*.ts" } };
    const found = faultsIn({
      "store/package.json": JSON.stringify(manifest),
      "store/src/index.ts": "export {};\n",
    });
    expect(found).toEqual(["packages/store/package.json: wildcard in exports"]);
  });
});
