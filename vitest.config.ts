import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/support/longest-first.ts";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/console/support/unpack-chromium.ts"],
    pool: "forks",
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    // Two processes run all files, one after the other: loading the SDK's clients anew for each
    // file took a third of the time. So a test leaves nothing behind in modules that it shares with
    // others: what it mocks, it restores.
    isolate: false,
    // For the commands that tests start: compiling takes half of a short command's time.
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, "node_modules/.cache/node") },
    // In CI alone, where a race between a browser and a test must not hold back what is right. The
    // report names a test that passed at the second attempt.
    retry: process.env.CI === undefined ? 0 : 1,
    // Generous: a busy machine must not fail what is right.
    testTimeout: 90_000,
    hookTimeout: 90_000,
  },
});
