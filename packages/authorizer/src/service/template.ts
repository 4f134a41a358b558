/** The part of a request that a value comes from. */
export interface ValueSource {
  readonly from: "path" | "query" | "header" | "host";
  /** A header's name is in lower case. */
  readonly name: string;
}

/** Literal text and values, in order. */
export type Template = readonly (string | ValueSource)[];

/** Parses `order/{orderId}`. Undefined when a brace is left over. */
export function parseTemplate(text: string): Template | undefined {
  const pieces: (string | ValueSource)[] = [];
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

function placed(from: string, name: string): ValueSource {
  if (from === "header") return { from, name: name.toLowerCase() };
  if (from === "query" || from === "host") return { from, name };
  return { from: "path", name };
}
