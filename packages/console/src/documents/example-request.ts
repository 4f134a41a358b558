import type { ExampleRequest } from "@portcullis/analysis";

/** A request that shows a difference, in words: who, what, on what, and what it carries. */
export function exampleSentence({ principal, action, resource, context }: ExampleRequest): string {
  const who = "arn" in principal ? ` by ${principal.arn}` : "";
  const keys = Object.entries(context).map(
    ([key, value]) => `${key} = ${[value].flat().join(", ")}`,
  );
  const shown = keys.slice(0, MOST_KEYS).join(", ");
  const more = keys.length > MOST_KEYS ? ` and ${keys.length - MOST_KEYS} keys more` : "";
  const carrying = keys.length === 0 ? "" : ` with ${shown}${more}`;
  return `Such as ${action} on ${resource}${who}${carrying}.`;
}

const MOST_KEYS = 4;
