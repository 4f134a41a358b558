import parts from "./test/mutation/parts.json" with { type: "json" };

// `npm run mutation` sets the part.
const name = process.env.MUTATION_PART ?? "policy";
const part = parts[name];

export default {
  mutate: part.mutate,
  testRunner: "vitest",
  vitest: { configFile: "test/mutation/vitest.config.ts", related: false, pool: "threads" },
  // TypeScript 7 has no compiler API, which Stryker would use to rewrite a tsconfig. So it gets none.
  tsconfigFile: "tsconfig.none.json",
  coverageAnalysis: "perTest",
  // Mutants of what runs when a module is loaded would need all tests each, half of the time.
  ignoreStatic: true,
  ignorePatterns: [
    ".portcullis",
    ".sst",
    "coverage",
    "docs",
    "packages/console",
    "reports",
    "stacks",
    "test/console",
  ],
  // Most texts are messages, which the tests of the whole suite hold.
  mutator: { excludedMutations: ["StringLiteral"] },
  reporters: ["clear-text", "json", "progress-append-only"],
  clearTextReporter: { logTests: false, allowColor: false, reportTests: false },
  jsonReporter: { fileName: `reports/mutation/${name}.json` },
  thresholds: { high: 100, low: part.break, break: part.break },
  tempDirName: ".stryker-tmp",
  concurrency: Number(process.env.MUTATION_CONCURRENCY ?? 1),
  timeoutMS: 10_000,
};
