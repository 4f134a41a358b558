import { type ParseResult, parsePolicy } from "@portcullis/policy";
import type { LintDocument } from "./document.ts";

/** Several checks ask how the engine reads a document. */
const PARSED = new WeakMap<LintDocument, ParseResult>();

/** The engine's reading of the document, beside the text's. */
export function parsedOf(document: LintDocument): ParseResult {
  const parsed = PARSED.get(document) ?? parsePolicy(document.text, document.kind);
  PARSED.set(document, parsed);
  return parsed;
}
