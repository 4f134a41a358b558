import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";

/** A finding about the account that somebody has looked at and decided to leave. */
export interface ArchivedFindingRecord {
  readonly id: string;
  readonly reason: string;
  /** ARN of what the finding is about. */
  readonly resource: string;
  readonly title: string;
  /** ISO 8601. */
  readonly archivedAt: string;
  /** ARN of the principal that archived it. */
  readonly archivedBy: string;
}

export const ARCHIVED_FINDINGS: string = partitionOf("archived-findings");

export const archivedFindingKey = (
  account: string,
  id: string,
): RecordKey<ArchivedFindingRecord> => ({ account, partition: ARCHIVED_FINDINGS, sort: id });
