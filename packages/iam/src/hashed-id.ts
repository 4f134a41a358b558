import { createHash } from "node:crypto";

/** An id in the form of a UUID that is the same for the same texts. */
export function hashedId(...texts: readonly string[]): string {
  const hash = createHash("sha256").update(texts.join("\n")).digest("hex");
  return hash.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
