import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { InputFault, sentenceOf } from "@portcullis/testing/input-fault";
import type { NewFile } from "./kinds.ts";

/** `same`: it is there with the same text. `kept`: with another one, and stays. */
export type FileState = "new" | "same" | "kept";

export function stateOf(directory: string, { path, text }: NewFile): FileState {
  const file = join(directory, path);
  if (!existsSync(file)) return "new";
  try {
    return readFileSync(file, "utf8") === text ? "same" : "kept";
  } catch {
    // A directory, or a file of somebody else's.
    return "kept";
  }
}

/** Writes a file that is not there. @throws {InputFault} if it can't be, or is there meanwhile */
export function writeNew(directory: string, { path, text }: NewFile): void {
  const file = join(directory, path);
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, { flag: "wx" });
  } catch (error) {
    throw new InputFault(`${file} can't be written: ${sentenceOf(error)}.`);
  }
}
