import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";

/** The latest credential report of an account (IAM API, GenerateCredentialReport). */
export interface CredentialReportRecord {
  /** ISO 8601. */
  readonly generatedAt: string;
  /** The number of parts that the report is stored in. Parts are numbered from 0. */
  readonly parts: number;
}

/** One part of a stored report. */
export interface CredentialReportPart {
  /** Raw DEFLATE of the CSV, base64. */
  readonly deflated: string;
}

/** The key of an account's report. */
export const credentialReportKey = (account: string): RecordKey<CredentialReportRecord> => ({
  account,
  partition: partitionOf("credential-report"),
  sort: "record",
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
