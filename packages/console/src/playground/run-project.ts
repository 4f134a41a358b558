import {
  accountIn,
  casesOf,
  type FileResult,
  InputFault,
  knownServices,
  parseData,
  runTests,
  worldOf,
} from "@portcullis/testing";
import { type ProjectFile, resolvedPath } from "./project.ts";

/** More would hold the page up: a link can bring any number. */
const MOST_CASES = 500;

export type RunResult =
  | { readonly ok: true; readonly result: FileResult }
  /** What is wrong with the file, in one sentence. */
  | { readonly ok: false; readonly fault: string };

/** Runs a test file of a project as `portcullis policy test` does, on the project's files. */
export function runProject(files: readonly ProjectFile[], testPath: string, now: Date): RunResult {
  const readText = (path: string): string => {
    const wanted = resolvedPath(testPath, path);
    const file = files.find((one) => one.path === wanted);
    if (file === undefined) throw new InputFault(`There is no file ${wanted} here.`);
    return file.text;
  };
  try {
    const test = files.find(({ path }) => path === testPath);
    const account = accountIn(parseData(test?.text ?? "", testPath), readText);
    const services = knownServices(
      (account.content.services ?? []).map((path) => {
        if (/\.[cm]?[jt]s$/.test(path))
          throw new InputFault(`${path} is a module: write the service in YAML or JSON here.`);
        return parseData(readText(path), path);
      }),
    );
    const world = worldOf(account, services);
    const cases = casesOf(world).length;
    if (cases > MOST_CASES)
      throw new InputFault(`${testPath} has ${cases} tests. ${MOST_CASES} are run here at most.`);
    return { ok: true, result: runTests(world, now) };
  } catch (error) {
    if (error instanceof InputFault) return { ok: false, fault: error.message };
    throw error;
  }
}
