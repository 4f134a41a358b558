import type { z } from "zod";
import { type TestFile, testFile } from "../world/test-file.ts";
import { InputFault } from "./input-fault.ts";
import { type DataFile, readData } from "./read-file.ts";

export interface ReadTestFile extends DataFile {
  readonly content: TestFile;
}

/** @throws {InputFault} naming the first part of the file that is wrong, and its line */
export function readTestFile(path: string): ReadTestFile {
  const file = readData(path);
  const parsed = testFile.safeParse(file.data);
  if (parsed.success) return { ...file, content: parsed.data };
  const { path: place, message } = innermost(parsed.error.issues[0]);
  const where = place.filter((step) => typeof step !== "symbol");
  const named = where.length === 0 ? "the file" : `\`${pathText(where)}\``;
  throw new InputFault(`${path}:${file.lineOf(where)}: ${named} is wrong: ${message}.`);
}

type Issue = Pick<z.core.$ZodIssue, "path" | "message">;

/** Of a union, the fault of the alternative that the value comes nearest to. */
function innermost(issue: z.core.$ZodIssue | undefined): Issue {
  if (issue === undefined) return { path: [], message: "it is not valid" };
  if (issue.code !== "invalid_union") return { path: issue.path, message: plain(issue.message) };
  const alternatives = issue.errors.map((issues) => innermost(issues[0]));
  const depth = ({ path }: Issue) => path.length;
  const [nearest] = [...issue.errors.keys()].sort(
    (one, other) =>
      (issue.errors[one]?.length ?? 0) - (issue.errors[other]?.length ?? 0) ||
      depth(alternatives[other] as Issue) - depth(alternatives[one] as Issue),
  );
  const found = nearest === undefined ? undefined : alternatives[nearest];
  if (found === undefined) return { path: issue.path, message: plain(issue.message) };
  return { path: [...issue.path, ...found.path], message: found.message };
}

const plain = (message: string): string => message.replace(/\.$/, "");

const pathText = (path: readonly (string | number)[]): string =>
  path
    .map((step, index) =>
      typeof step === "number" ? `[${step}]` : index === 0 ? step : `.${step}`,
    )
    .join("");
