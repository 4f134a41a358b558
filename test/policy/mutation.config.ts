import { defineConfig } from "vitest/config";

/**
 * For Stryker: the quick tests only. What a mutant survives here it may still not survive in the
 * whole suite.
 */
export default defineConfig({
  test: {
    include: [
      "test/policy/{wildcard,template,elements,pattern-tree,vectors,decision,document,explain,values}.test.ts",
    ],
    pool: "threads",
    maxWorkers: 1,
    testTimeout: 10_000,
  },
});
