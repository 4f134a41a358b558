import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";

/** The features of centralized root access (IAM API, ListOrganizationsFeatures). */
export type RootAccessFeature = "RootCredentialsManagement" | "RootSessions";

/** The features that an organization has enabled. They do not apply to a later organization. */
export interface RootAccessRecord {
  readonly organizationId: string;
  readonly features: readonly RootAccessFeature[];
}

/**
 * The key of the enabled features, in the management account. It is separate from the
 * organization's record, because IAM's operations write it.
 */
export const rootAccessKey = (managementAccount: string): RecordKey<RootAccessRecord> => ({
  account: managementAccount,
  partition: partitionOf("root-access"),
  sort: "record",
});
