import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";

/** An account's STS settings (IAM API, SetSecurityTokenServicePreferences). */
export interface SecurityTokenPreferences {
  readonly globalEndpointTokenVersion: 1 | 2;
}

/** The key of an account's STS settings. */
export const securityTokenPreferencesKey = (
  account: string,
): RecordKey<SecurityTokenPreferences> => ({
  account,
  partition: partitionOf("security-token-preferences"),
  sort: "record",
});
