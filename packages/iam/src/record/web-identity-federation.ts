import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";

/** There while the account's principals may get tokens for elsewhere (`sts:GetWebIdentityToken`). */
export interface WebIdentityFederationRecord {
  readonly enabledAt: string;
}

export const webIdentityFederationKey = (
  account: string,
): RecordKey<WebIdentityFederationRecord> => ({
  account,
  partition: partitionOf("web-identity-federation"),
  sort: "record",
});
