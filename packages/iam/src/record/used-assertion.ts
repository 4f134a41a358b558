import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";

/** That a SAML assertion was used, by a digest of its issuer and ID; it goes when the assertion itself would expire. */
export const usedAssertionKey = (
  account: string,
  digest: string,
): RecordKey<Readonly<Record<string, never>>> => ({
  account,
  partition: partitionOf("used-assertion", digest),
  sort: "record",
});
