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

/** A text with the one that is to stand in its place; no fix if there is none. */
export const correctable = (
  at: LocatedNode,
  details: string,
  correction: string | undefined,
): Found => ({ at, details, fixes: useInstead(at.node, correction) });

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

/** Takes an item out of a list, with the comma that goes with it; no fix if it is the only one. */
export function removeItem(title: string, list: JsonList, item: JsonNode): readonly Fix[] {
  const at = list.items.indexOf(item);
  const next = list.items[at + 1];
  const before = list.items[at - 1];
  const start = next === undefined ? before?.end : item.start;
  if (at < 0 || start === undefined) return [];
  return [{ title, edits: [{ start, end: next?.start ?? item.end, text: "" }] }];
}
