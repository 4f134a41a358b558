import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";

/**
 * When a user or role last called a service, and each of its actions. The decision log tells, some time later; nothing that
 * decides reads it, so that no decision waits for a write.
 */
export interface LastAccessedRecord {
  /** ISO 8601. */
  readonly at: string;
  readonly region: string;
}

export const serviceAccessKey = (
  account: string,
  entityId: string,
  service: string,
): RecordKey<LastAccessedRecord> => ({
  account,
  partition: partitionOf("last-accessed", entityId),
  sort: `service/${service}`,
});

export const actionAccessKey = (
  account: string,
  entityId: string,
  service: string,
  action: string,
): RecordKey<LastAccessedRecord> => ({
  account,
  partition: partitionOf("last-accessed", entityId),
  sort: `action/${service}/${action}`,
});

/** What `GenerateServiceLastAccessedDetails` was asked for; the answer is put together when it is fetched. */
export interface LastAccessedJobRecord {
  readonly arn: string;
  readonly granularity: "SERVICE_LEVEL" | "ACTION_LEVEL";
  readonly createdAt: string;
}

export const lastAccessedJobKey = (
  account: string,
  jobId: string,
): RecordKey<LastAccessedJobRecord> => ({
  account,
  partition: partitionOf("last-accessed-job", jobId),
  sort: "record",
});
