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
    let asYaml: DataFile | undefined;
    const lineOf: DataFile["lineOf"] = (part) => {
      asYaml ??= yamlOf(text, path);
      return asYaml.lineOf(part);
    };
    return { path, data, lineOf };
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
  const document = documentOf(text, path, lines);
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

/** @throws {InputFault} for text that is nested more deeply than the parser can follow */
function documentOf(text: string, path: string, lineCounter: LineCounter) {
  try {
    return parseDocument(text, { lineCounter, prettyErrors: false });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new InputFault(`${path} is not usable YAML: it is nested too deeply.`);
  }
}
