import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";

/**
 * The key that marks a DPoP proof as used, by a digest of its key and `jti`. The record expires
 * when the proof does (RFC 9449, 11.1).
 */
export const usedProofKey = (
  account: string,
  digest: string,
): RecordKey<Readonly<Record<string, never>>> => ({
  account,
  partition: partitionOf("used-proof", digest),
  sort: "record",
});
