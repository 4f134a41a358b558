import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { InputFault } from "@portcullis/testing/input-fault";

/** The test files among files and directories. @throws {InputFault} if there is none */
export function testFilesIn(paths: readonly string[]): readonly string[] {
  const files = paths.flatMap((path) => {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return [path];
    return readdirSync(path, { recursive: true, encoding: "utf8" })
      .filter(
        (name) =>
          /\.test\.(?:ya?ml|json)$/.test(name) && !/(?:^|[/\\])node_modules[/\\]/.test(name),
      )
      .sort()
      .map((name) => join(path, name));
  });
  if (files.length === 0) throw new InputFault(`No test file was found in ${paths.join(", ")}.`);
  return files;
}
