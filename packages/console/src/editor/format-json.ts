import { documentSpans } from "@portcullis/policy";

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/**
 * The same tokens with other white space, so that no number, escape or repeated member changes.
 * Undefined when the text is not JSON.
 */
export function formatJson(text: string): string | undefined {
  if (documentSpans(text).fault !== undefined) return undefined;
  const tokens = text.match(TOKEN) ?? [];
  let depth = 0;
  let formatted = "";
  for (const [at, token] of tokens.entries()) {
    if (token === "{" || token === "[") {
      const isEmpty = tokens[at + 1] === "}" || tokens[at + 1] === "]";
      if (!isEmpty) depth++;
      formatted += isEmpty ? token : token + line(depth);
    } else if (token === "}" || token === "]") {
      const isEmpty = tokens[at - 1] === "{" || tokens[at - 1] === "[";
      if (!isEmpty) depth--;
      formatted += isEmpty ? token : line(depth) + token;
    } else if (token === ",") formatted += `,${line(depth)}`;
    else formatted += token === ":" ? ": " : token;
  }
  return formatted;
}

const line = (depth: number): string => `\n${"  ".repeat(depth)}`;

/** Formatted for people; the text itself when it is not JSON. */
export const readableJson = (text: string): string => formatJson(text) ?? text;
