import { createHash } from "node:crypto";
import { concurrentModification } from "../error.ts";
import type { OperationContext } from "../model/operation.ts";

/**
 * Optimistic concurrency on a policy: whoever names the document that it wants to replace, by its hash, replaces no other. AWS's
 * API has no such member, so the hash comes in the header `if-match`, as an entity tag: SHA-256 of the document's UTF-8 bytes, in
 * hexadecimal digits, with or without double quotes.
 *
 * @param document as it stands; undefined when there is none
 * @throws {ApiError} `ConcurrentModification`
 */
export function checkIfMatch(
  { ifMatch }: Pick<OperationContext, "ifMatch">,
  document: string | undefined,
): void {
  if (ifMatch === undefined) return;
  const wanted = /^"?([0-9a-f]{64})"?$/i.exec(ifMatch.trim())?.[1]?.toLowerCase();
  if (document === undefined || wanted !== documentHash(document)) throw concurrentModification();
}

const documentHash = (document: string): string =>
  createHash("sha256").update(document).digest("hex");
