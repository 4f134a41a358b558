import { inflateRawSync } from "node:zlib";
import { associatedData, MAX_ENCODED_LENGTH } from "./authorization-message.ts";
import { SealBroken, type Sealer } from "./sealer.ts";

const MAX_DECODED_LENGTH = 1024 * 1024;

/**
 * Decodes an authorization message of an account to JSON.
 * @throws {SealBroken} if it is not one of this account, or was altered
 */
export function decodeAuthorizationMessage(
  sealer: Sealer,
  account: string,
  encoded: string,
): string {
  if (encoded.length > MAX_ENCODED_LENGTH) throw new SealBroken("not an authorization message");
  const opened = sealer.open(encoded, associatedData(account));
  return inflateRawSync(opened, { maxOutputLength: MAX_DECODED_LENGTH }).toString("utf8");
}
