import { type FileResult, runTests } from "@portcullis/testing";
import { readWorld } from "../world/world.ts";

/** Runs the tests of a file. @throws {InputFault} */
export async function runFile(
  file: string,
  servicePaths: readonly string[],
  now: Date,
): Promise<FileResult> {
  return runTests(await readWorld(file, servicePaths), now);
}
