import type { z } from "zod";
import { InputFault } from "../input-fault.ts";
import type { DataFile } from "./data-file.ts";
import { type TestFile, testFile } from "./test-file.ts";

/** A test file whose shape is right. */
export interface ParsedTestFile extends DataFile {
  readonly content: TestFile;
}

/** @throws {InputFault} naming the first part of the file that is wrong, and its line */
export function parseTestFile(file: DataFile): ParsedTestFile {
  const parsed = testFile.safeParse(file.data);
  if (parsed.success) return { ...file, content: parsed.data };
  const { path: place, message } = innermost(parsed.error.issues);
  const where = place.filter((step) => typeof step !== "symbol");
  const named = where.length === 0 ? "the file" : `\`${pathText(where)}\``;
  throw new InputFault(`${file.path}:${file.lineOf(where)}: ${named} is wrong: ${message}.`);
}

type Issue = Pick<z.core.$ZodIssue, "path" | "message">;

/** The fault to tell: a misspelled member first, since the right one is then missing as well. */
function innermost(issues: readonly z.core.$ZodIssue[]): Issue {
  const issue = issues.find(({ code }) => code === "unrecognized_keys") ?? issues[0];
  if (issue === undefined) return { path: [], message: "it is not valid" };
  const alternatives = issue.code === "invalid_union" ? issue.errors : [];
  const [nearest] = [...alternatives].sort((one, other) => faultsIn(one) - faultsIn(other));
  if (nearest === undefined) return { path: issue.path, message: plain(issue.message) };
  const { path, message } = innermost(nearest);
  return { path: [...issue.path, ...path], message };
}

/** Of a union the alternative with the fewest faults is what was meant. */
const faultsIn = (issues: readonly z.core.$ZodIssue[]): number =>
  issues.reduce(
    (sum, issue) => sum + (issue.code === "unrecognized_keys" ? issue.keys.length : 1),
    0,
  );

const plain = (message: string): string => message.replace(/\.$/, "");

const pathText = (path: readonly (string | number)[]): string =>
  path
    .map((step, index) =>
      typeof step === "number" ? `[${step}]` : index === 0 ? step : `.${step}`,
    )
    .join("");
