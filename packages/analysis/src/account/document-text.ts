import type { DocumentInput } from "./model.ts";

/** A document's JSON text, however the model has it. Never throws. */
export function documentText(input: DocumentInput): string {
  if (typeof input !== "string") return safely(() => JSON.stringify(input)) ?? "";
  // The wire has documents percent-encoded (RFC 3986); JSON never begins so.
  return input.startsWith("%") ? (safely(() => decodeURIComponent(input)) ?? input) : input;
}

function safely(read: () => string | undefined): string | undefined {
  try {
    return read();
  } catch (error) {
    // A cycle, or a percent sign that encodes nothing.
    if (error instanceof TypeError || error instanceof URIError || error instanceof RangeError)
      return undefined;
    throw error;
  }
}
