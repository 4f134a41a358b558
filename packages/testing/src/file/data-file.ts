import { LineCounter, parseDocument } from "yaml";
import { InputFault, sentenceOf } from "../input-fault.ts";

/** JSON or YAML, with the line of each part. */
export interface DataFile {
  readonly path: string;
  readonly data: unknown;
  /** The line, from 1, at which the part at a path of keys and indexes begins. */
  readonly lineOf: (path: readonly (string | number)[]) => number;
}

/**
 * Reads the text of a file whose name tells JSON from YAML.
 * @throws {InputFault} if the text is neither JSON nor YAML
 */
export function parseData(text: string, path: string): DataFile {
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
