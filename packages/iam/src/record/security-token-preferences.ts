import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";

/** What an account prefers of STS (IAM API, SetSecurityTokenServicePreferences). */
export interface SecurityTokenPreferences {
  readonly globalEndpointTokenVersion: 1 | 2;
}

export const securityTokenPreferencesKey = (
  account: string,
): RecordKey<SecurityTokenPreferences> => ({
  account,
  partition: partitionOf("security-token-preferences"),
  sort: "record",
});
