import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";

/**
 * When a user or role last called a service, or one of its actions. The `usage` function writes it
 * from the decision log. No decision reads it, so no decision waits for that write.
 */
export interface LastAccessedRecord {
  /** ISO 8601. */
  readonly at: string;
  readonly region: string;
}

/**
 * The key of an entity's last call of a service.
 * @param entityId unique id of the user or role
 */
export const serviceAccessKey = (
  account: string,
  entityId: string,
  service: string,
): RecordKey<LastAccessedRecord> => ({
  account,
  partition: partitionOf("last-accessed", entityId),
  sort: `service/${service}`,
});

/**
 * The key of an entity's last call of an action.
 * @param entityId unique id of the user or role
 */
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

/**
 * The parameters of a `GenerateServiceLastAccessedDetails` call. The report is made when it is
 * fetched.
 */
export interface LastAccessedJobRecord {
  readonly arn: string;
  readonly granularity: "SERVICE_LEVEL" | "ACTION_LEVEL";
  readonly createdAt: string;
}

/** The key of a report job. */
export const lastAccessedJobKey = (
  account: string,
  jobId: string,
): RecordKey<LastAccessedJobRecord> => ({
  account,
  partition: partitionOf("last-accessed-job", jobId),
  sort: "record",
});
