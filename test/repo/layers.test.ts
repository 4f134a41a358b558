import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
// @ts-expect-error: plain JavaScript, since it runs before anything is installed
import { findLayerFaults } from "../../scripts/layers.mjs";

describe("the layering rule", () => {
  it("holds of the packages as they are", () => {
    expect(findLayerFaults(resolve(import.meta.dirname, "../.."))).toEqual([]);
  });

  it("finds an import that points upwards, a type import too, and a forbidden one", () => {
    const root = mkdtempSync(join(tmpdir(), "layers-"));
    for (const name of ["policy", "protocol", "iam", "store", "authorizer", "console", "functions", "local"]) {
      mkdirSync(join(root, "packages", name, "src"), { recursive: true });
    }
    writeFileSync(
      join(root, "packages/iam/src/a.ts"),
      'import type { A } from "@portcullis/store";\nawait import("@aws-sdk/client-iam");\n',
    );
    writeFileSync(
      join(root, "packages/iam/src/b.ts"),
      'import type * as sdk from "@aws-sdk/client-iam";\nimport { b } from "@portcullis/policy";\n',
    );
    writeFileSync(
      join(root, "packages/policy/src/c.ts"),
      'import { hash } from "node:crypto";\nimport { d } from "./d.ts";\n',
    );
    expect(findLayerFaults(root)).toEqual([
      "packages/policy/src/c.ts: imports node:crypto, but policy is pure: it imports nothing but itself",
      "packages/iam/src/a.ts: iam must not import @portcullis/store",
      "packages/iam/src/a.ts: imports @aws-sdk/client-iam, but iam is the domain: no AWS clients, no HTTP",
    ]);
    rmSync(root, { recursive: true });
  });
});
