import { readFileSync, statSync } from "node:fs";
import { type DataFile, parseData } from "@portcullis/testing/data-file";
import { InputFault, sentenceOf } from "@portcullis/testing/input-fault";

/** A large account's details have some ten megabytes. */
const MOST_BYTES = 256 * 1024 * 1024;

/** A file's text. @throws {InputFault} if it can't be read or is too large */
export function readText(path: string): string {
  try {
    if (statSync(path).size > MOST_BYTES)
      throw new InputFault(`${path} is larger than ${MOST_BYTES} bytes.`);
    return readFileSync(path, "utf8").replace(/^\uFEFF/, "");
  } catch (error) {
    if (error instanceof InputFault) throw error;
    throw new InputFault(`${path} can't be read: ${reasonOf(error)}.`);
  }
}

function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  return REASONS.get(code) ?? sentenceOf(error);
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ["ENOENT", "there is no such file"],
  ["EISDIR", "it is a directory"],
  ["EACCES", "permission is denied"],
]);

/** @throws {InputFault} if the file is neither JSON nor YAML */
export const readData = (path: string): DataFile => parseData(readText(path), path);
