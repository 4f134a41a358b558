import { relative, resolve } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const ROOT = resolve(import.meta.dirname, "../..");

/**
 * The files that take longest, the longest first. On a machine that has not run the tests before,
 * Vitest goes by the sizes of files: a short file that takes a minute would run last, by itself.
 */
export const LONGEST: readonly string[] = [
  "test/docs/tutorials.test.ts",
  "test/docs/site.test.ts",
  "test/local/attack/isolation.test.ts",
  "test/store/store.test.ts",
  "test/local/attack/event-loop-account.test.ts",
  "test/local/attack/event-loop-policies.test.ts",
  "test/stacks/refusal.test.ts",
  "test/iam/storage/race.test.ts",
  "test/analysis/no-new-access.property.test.ts",
  "test/portcullis/completion.test.ts",
  "test/console/pages.test.ts",
  "test/console/organization.test.ts",
  "test/console/activity.test.ts",
  "test/console/decisions.test.ts",
];

/** Runs the longest files first, so that none of them is left for the end. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const others = await super.sort(files);
    return others.toSorted((one, other) => rank(one) - rank(other));
  }
}

function rank({ moduleId }: TestSpecification): number {
  const at = LONGEST.indexOf(relative(ROOT, moduleId));
  return at === -1 ? LONGEST.length : at;
}
