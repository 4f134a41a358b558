import { createHash } from "node:crypto";
import { concurrentModification } from "../error.ts";
import type { OperationContext } from "../model/operation.ts";

/**
 * Optimistic concurrency on policy documents: the request succeeds only if it names the current
 * document by its hash. AWS's API has no such member, so the hash comes in the header `if-match` as
 * an entity tag: SHA-256 of the document's UTF-8 bytes in hexadecimal, with or without double
 * quotes.
 *
 * @param document the current one; undefined if there is none
 * @throws {ApiError} `ConcurrentModification`
 */
export function checkIfMatch(
  { ifMatch }: Pick<OperationContext, "ifMatch">,
  document: string | undefined,
): void {
  if (ifMatch === undefined) return;
  const expectedHash = /^"?([0-9a-f]{64})"?$/i.exec(ifMatch.trim())?.[1]?.toLowerCase();
  if (document === undefined || expectedHash !== documentHash(document))
    throw concurrentModification();
}

const documentHash = (document: string): string =>
  createHash("sha256").update(document).digest("hex");
