import type { World } from "../request/world.ts";
import { casesOf } from "./cases.ts";
import { type Coverage, coverageOf, percentOf } from "./coverage.ts";
import { type CaseResult, runCase } from "./run-case.ts";

/** What the tests of one file came to. */
export interface FileResult {
  readonly file: string;
  readonly results: readonly CaseResult[];
  readonly coverage: Coverage;
  /** What is below the least coverage that the file asks for. */
  readonly coverageFaults: readonly string[];
}

/** Runs the tests of a test file. @throws {InputFault} if a test names what is not there */
export function runTests(world: World, now: Date): FileResult {
  const results = casesOf(world).map((test) => runCase(world, test, now));
  const coverage = coverageOf(world, results);
  return { file: world.file, results, coverage, coverageFaults: faultsOf(world, coverage) };
}

function faultsOf({ content }: World, coverage: Coverage): readonly string[] {
  return (["statements", "actions"] as const).flatMap((what) => {
    const wanted = content.coverage?.[what];
    const reached = percentOf(coverage[what]);
    return wanted === undefined || reached >= wanted
      ? []
      : [`tests reach ${reached} % of ${what}, and ${wanted} % are wanted`];
  });
}
