import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";

/**
 * The key that marks a SAML assertion as used, by a digest of its issuer and ID. The record expires
 * when the assertion does.
 */
export const usedAssertionKey = (
  account: string,
  digest: string,
): RecordKey<Readonly<Record<string, never>>> => ({
  account,
  partition: partitionOf("used-assertion", digest),
  sort: "record",
});
