import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";

/**
 * Exists while outbound web identity federation is enabled: the account's principals may then call
 * `sts:GetWebIdentityToken`.
 */
export interface WebIdentityFederationRecord {
  readonly enabledAt: string;
}

/** The key of that setting. */
export const webIdentityFederationKey = (
  account: string,
): RecordKey<WebIdentityFederationRecord> => ({
  account,
  partition: partitionOf("web-identity-federation"),
  sort: "record",
});
