import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";

/** AWS's names of what centralized root access consists of (IAM API, ListOrganizationsFeatures). */
export type RootAccessFeature = "RootCredentialsManagement" | "RootSessions";

/** What the organization has enabled. Of another organization than the present one: nothing. */
export interface RootAccessRecord {
  readonly organizationId: string;
  readonly features: readonly RootAccessFeature[];
}

/** In the management account. IAM's operations write it, so it is no part of the organization's record. */
export const rootAccessKey = (managementAccount: string): RecordKey<RootAccessRecord> => ({
  account: managementAccount,
  partition: partitionOf("root-access"),
  sort: "record",
});
