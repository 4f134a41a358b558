import type { JsonList, JsonNode } from "@portcullis/policy";
import type { Fix } from "./finding.ts";

/** Writes another text in place of a text. */
export function replaceText(title: string, node: JsonNode, text: string): Fix {
  return { title, edits: [{ start: node.start, end: node.end, text: JSON.stringify(text) }] };
}

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

export function insertAt(title: string, offset: number, text: string): Fix {
  return { title, edits: [{ start: offset, end: offset, text }] };
}
