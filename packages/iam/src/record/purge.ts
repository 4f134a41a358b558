import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";

/** Progress of the purge of a closed account. It exists while the purge runs. */
export interface PurgeRecord {
  /** ISO 8601. */
  readonly startedAt: string;
  /** Items deleted so far. */
  readonly deleted: number;
  /** The table key after which the scan continues. */
  readonly position: { readonly pk: string; readonly sk: string };
}

/**
 * The key of a purge's progress. The management account stores it, because nothing of the account
 * remains.
 */
export const purgeKey = (managementAccount: string, account: string): RecordKey<PurgeRecord> => ({
  account: managementAccount,
  partition: partitionOf("purge", account),
  sort: "record",
});
