import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    pool: "forks",
    maxWorkers: 2,
    // Generous: a busy machine must not fail what is right.
    testTimeout: 90_000,
    hookTimeout: 90_000,
  },
});
