import type { JsonList, JsonNode } from "@portcullis/policy";
import type { Found, LocatedNode } from "./document.ts";
import type { Fix } from "./finding.ts";

/** Writes another text in place of a text. */
export function replaceText(title: string, node: JsonNode, text: string): Fix {
  return { title, edits: [{ start: node.start, end: node.end, text: JSON.stringify(text) }] };
}

/** Writes the name that is probably meant in place of a text; no fix if there is none. */
export const useInstead = (node: JsonNode, name: string | undefined): readonly Fix[] =>
  name === undefined ? [] : [replaceText(`Use "${name}"`, node, name)];

/** A text that is no known name, with the names that may be meant. */
export const unknownName = (
  at: LocatedNode,
  details: string,
  suggestions: readonly string[],
): Found => ({
  at,
  details:
    suggestions.length === 0 ? details : `${details} Did you mean ${suggestions.join(" or ")}?`,
  fixes: suggestions.flatMap((name) => useInstead(at.node, name)),
});

/** Takes an item out of a list, with the comma that goes with it. */
export function removeItem(title: string, list: JsonList, item: JsonNode): Fix | undefined {
  const at = list.items.indexOf(item);
  if (at < 0 || list.items.length < 2) return undefined;
  const next = list.items[at + 1];
  const before = list.items[at - 1];
  const start = next === undefined ? before!.end : item.start;
  const end = next === undefined ? item.end : next.start;
  return { title, edits: [{ start, end, text: "" }] };
}

/**
 * Inserts a text.
 *
 * @param offset in UTF-16 code units from the document's start
 */
export function insertAt(title: string, offset: number, text: string): Fix {
  return { title, edits: [{ start: offset, end: offset, text }] };
}
