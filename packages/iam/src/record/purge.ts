import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";

/** How far the purging of a closed account has come; there from its beginning to its end. */
export interface PurgeRecord {
  /** ISO 8601. */
  readonly startedAt: string;
  /** Items deleted so far. */
  readonly deleted: number;
  /** The key that the scan of the table goes on after. */
  readonly position: { readonly pk: string; readonly sk: string };
}

/** Kept by the management account, since of the account itself nothing stays. */
export const purgeKey = (managementAccount: string, account: string): RecordKey<PurgeRecord> => ({
  account: managementAccount,
  partition: partitionOf("purge", account),
  sort: "record",
});
