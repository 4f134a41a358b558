import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";

export interface CredentialReportRecord {
  /** ISO 8601. */
  readonly generatedAt: string;
  /** How many parts the report is kept in, numbered from 0. */
  readonly parts: number;
}

/** Compressed CSV, base64. */
export interface CredentialReportPart {
  readonly deflated: string;
}

export const credentialReportKey = (account: string): RecordKey<CredentialReportRecord> => ({
  account,
  partition: partitionOf("credential-report"),
  sort: "record",
});

export const credentialReportPartKey = (
  account: string,
  part: number,
): RecordKey<CredentialReportPart> => ({
  account,
  partition: partitionOf("credential-report"),
  sort: `part/${part}`,
});
