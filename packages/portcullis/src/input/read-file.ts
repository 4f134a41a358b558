import { readFileSync, statSync } from "node:fs";
import { LineCounter, parseDocument } from "yaml";
import { InputFault, sentenceOf } from "./input-fault.ts";

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

/** JSON or YAML, with the line of each part. */
export interface DataFile {
  readonly path: string;
  readonly data: unknown;
  /** The line, from 1, at which the part at a path of keys and indexes begins. */
  readonly lineOf: (path: readonly (string | number)[]) => number;
}

/** @throws {InputFault} if the file is neither JSON nor YAML */
export function readData(path: string): DataFile {
  const text = readText(path);
  // Much faster than YAML; most large files are JSON.
  if (path.endsWith(".json")) {
    const data = jsonOf(text, path);
    return { path, data, lineOf: (part) => yamlOf(text, path).lineOf(part) };
  }
  return yamlOf(text, path);
}

function jsonOf(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputFault(`${path} is not JSON: ${sentenceOf(error)}.`);
  }
}

function yamlOf(text: string, path: string): DataFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) {
    const { line, col } = lines.linePos(error.pos[0]);
    throw new InputFault(`${path}:${line}:${col} is not YAML: ${sentenceOf(error)}.`);
  }
  let data: unknown;
  try {
    data = document.toJS();
  } catch (failure) {
    // Aliases that expand to more than the library's limit.
    throw new InputFault(`${path} is not usable YAML: ${sentenceOf(failure)}.`);
  }
  const lineOf = (part: readonly (string | number)[]): number => {
    for (let length = part.length; length > 0; length--) {
      const node = document.getIn(part.slice(0, length), true) as
        | { readonly range?: readonly number[] }
        | undefined;
      if (node?.range?.[0] !== undefined) return lines.linePos(node.range[0]).line;
    }
    return 1;
  };
  return { path, data, lineOf };
}
