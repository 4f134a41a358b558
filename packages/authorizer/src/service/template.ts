/** Where in a request a value is. */
export interface TemplatePlace {
  readonly from: "path" | "query" | "header" | "host";
  /** Headers in lower case. */
  readonly name: string;
}

/** Literal text and places, in order. */
export type Template = readonly (string | TemplatePlace)[];

/** `order/{orderId}` taken apart; undefined when a brace is left over or a place is none. */
export function parseTemplate(text: string): Template | undefined {
  const pieces: (string | TemplatePlace)[] = [];
  let at = 0;
  for (const match of text.matchAll(/\{(?:(query|header|host)\.)?([^{}]+)\}/g)) {
    const [whole, from = "path", name = ""] = match;
    if (match.index > at) pieces.push(text.slice(at, match.index));
    pieces.push(placed(from, name));
    at = match.index + whole.length;
  }
  if (at < text.length) pieces.push(text.slice(at));
  return pieces.some((piece) => typeof piece === "string" && /[{}]/.test(piece))
    ? undefined
    : pieces;
}

function placed(from: string, name: string): TemplatePlace {
  if (from === "header") return { from, name: name.toLowerCase() };
  if (from === "query" || from === "host") return { from, name };
  return { from: "path", name };
}
