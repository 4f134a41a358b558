import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";

/** The latest credential report of an account (IAM API, GenerateCredentialReport). */
export interface CredentialReportRecord {
  /** ISO 8601: when its making began, so no row is older. */
  readonly generatedAt: string;
  /** The number of parts that the report is stored in. Parts are numbered from 0. */
  readonly parts: number;
  /** Length of the CSV. Absent in reports of version 0.1.0, whose parts are made otherwise. */
  readonly bytes?: number;
}

/** A report that is being made, slice by slice. Its parts are stored already. */
export interface CredentialReportDraft {
  /** ISO 8601. */
  readonly startedAt: string;
  readonly parts: number;
  readonly bytes: number;
  /** The sort key of the last user that it has. */
  readonly after: string;
}

/** One part of a stored report. */
export interface CredentialReportPart {
  /** Raw DEFLATE of some whole lines of the CSV, Base64. */
  readonly deflated: string;
}

/** The key of an account's report. */
export const credentialReportKey = (account: string): RecordKey<CredentialReportRecord> => ({
  account,
  partition: partitionOf("credential-report"),
  sort: "record",
});

/** The key of the report that is being made. */
export const credentialReportDraftKey = (account: string): RecordKey<CredentialReportDraft> => ({
  account,
  partition: partitionOf("credential-report"),
  sort: "draft",
});

/** The key of one part of an account's report. */
export const credentialReportPartKey = (
  account: string,
  part: number,
): RecordKey<CredentialReportPart> => ({
  account,
  partition: partitionOf("credential-report"),
  sort: `part/${part}`,
});
