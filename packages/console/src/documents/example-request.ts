import type { ExampleRequest } from "@portcullis/analysis";
import { KINDS, type PolicyKind } from "@portcullis/policy";

/** A request that shows a difference, in words: who, what, on what, and what it carries. */
export function exampleSentence(
  { principal, action, resource, context }: ExampleRequest,
  kind: PolicyKind,
): string {
  // A policy of a principal speaks of whoever has it.
  const isNamed = KINDS[kind].principal === "required" && "arn" in principal;
  const who = isNamed ? ` by ${principal.arn}` : "";
  const on = kind === "trust" ? "" : ` on ${resource}`;
  const keys = Object.entries(context).map(
    ([key, value]) => `${key} = ${[value].flat().join(", ")}`,
  );
  const more = keys.length > MOST_KEYS ? ` and ${keys.length - MOST_KEYS} more` : "";
  const carrying = keys.length === 0 ? "" : ` with ${keys.slice(0, MOST_KEYS).join(", ")}${more}`;
  return `For example ${action}${on}${who}${carrying}.`;
}

/** Keys of a request's context that a sentence names. */
const MOST_KEYS = 4;
