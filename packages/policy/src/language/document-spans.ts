import { LIMITS } from "../model/limits.ts";
import { type JsonFault, type JsonNode, readJsonTree, type Span } from "./json-tree.ts";

/** Where an element of a document is. */
export interface ElementSpan {
  /** The element's name with its quotes. Undefined for items of lists. */
  readonly key: Span | undefined;
  readonly value: Span;
  /** The names of later members with the same name. The spans above are of the first. */
  readonly repeated: readonly Span[];
}

/** The elements of a document, by the paths that issues have. */
export interface DocumentSpans {
  /** `""` is the document, others are such as `Statement[2].Condition.StringEquals`. */
  readonly elements: ReadonlyMap<string, ElementSpan>;
  /** Undefined if the text is JSON. Otherwise `elements` are those that end before it. */
  readonly fault: JsonFault | undefined;
}

/**
 * Finds the elements of a document in its text, or the exact position where it is not JSON. Never
 * throws. Takes time linear in the text, for which `LIMITS` hold.
 */
export function documentSpans(text: string): DocumentSpans {
  if (text.length > LIMITS.documentCharacters)
    return { elements: new Map(), fault: { span: { start: 0, end: 1 }, reason: TOO_LONG } };
  const { root, fault } = readJsonTree(text);
  const elements: Elements = new Map();
  if (root !== undefined) add(elements, "", undefined, root);
  return { elements, fault };
}

const TOO_LONG = "The document is too long.";

type Elements = Map<string, ElementSpan & { readonly repeated: Span[] }>;

/** Adds an element and those within. Elements within a repeated member have no path. */
function add(elements: Elements, path: string, key: Span | undefined, node: JsonNode): void {
  const first = elements.get(path);
  if (first !== undefined) {
    if (key !== undefined) first.repeated.push(key);
    return;
  }
  if (!("isClosed" in node) || node.isClosed) {
    const { start, end } = node;
    elements.set(path, { key, value: { start, end }, repeated: [] });
  }
  if (node.type === "array") {
    for (const [index, item] of node.items.entries())
      add(elements, `${path}[${index}]`, undefined, item);
  } else if (node.type === "object") {
    for (const { key: name, value } of node.members) {
      // The empty name's path would be the document's.
      const inner = path === "" ? name.value : `${path}.${name.value}`;
      const { start, end } = name;
      if (inner !== "") add(elements, inner, { start, end }, value);
    }
  }
}
