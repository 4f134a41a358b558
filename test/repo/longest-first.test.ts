import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { LONGEST } from "../support/longest-first.ts";

const ROOT = resolve(import.meta.dirname, "../..");

it("names files that are there, each once", () => {
  expect(LONGEST.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  expect(new Set(LONGEST).size).toBe(LONGEST.length);
});
