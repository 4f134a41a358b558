import { Malformed } from "../message/malformed.ts";

/** Parameters such as `Tags.member.1.Key=k` as a tree of the parts of their names. */
export interface Parameter {
  text?: string;
  readonly parts: Map<string, Parameter>;
}

/** The tree of a form's parameters. */
export function parameterTree(form: Iterable<readonly [name: string, text: string]>): Parameter {
  const root: Parameter = { parts: new Map() };
  for (const [name, text] of form) {
    let at = root;
    for (const part of name.split(".")) {
      const next: Parameter = at.parts.get(part) ?? { parts: new Map() };
      at.parts.set(part, next);
      at = next;
    }
    at.text = text;
  }
  return root;
}

/** The text of a parameter that is a scalar. @throws {Malformed} */
export function textAt(parameter: Parameter, path: string): string {
  if (parameter.text !== undefined && parameter.parts.size === 0) return parameter.text;
  throw new Malformed("MalformedInput", `\`${path}\` must be a single value`);
}

export interface Element {
  readonly index: number;
  readonly parameter: Parameter;
}

/**
 * The elements of a list (`infix` is `member`) or the entries of a map (`entry`), by their numbers,
 * which may have gaps. `Tags=` is an empty list.
 * @throws {Malformed}
 */
export function elementsOf(parameter: Parameter, infix: string, path: string): readonly Element[] {
  const { text, parts } = parameter;
  if (text === "" && parts.size === 0) return [];
  const numbered = parts.get(infix);
  if (
    text !== undefined ||
    parts.size > 1 ||
    numbered === undefined ||
    numbered.text !== undefined
  ) {
    throw new Malformed(
      "MalformedInput",
      `\`${path}\` must be a list, as in \`${path}.${infix}.1\``,
    );
  }
  const found = [...numbered.parts].map(([index, element]) => {
    if (!/^[1-9]\d{0,5}$/.test(index))
      throw new Malformed("MalformedInput", `\`${path}.${infix}.${index}\` is not a list index`);
    return { index: Number(index), parameter: element };
  });
  return found.sort((a, b) => a.index - b.index);
}
