import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";

/** When a role was last used to make a request; written some time later, from the decision log. */
export interface RoleLastUsedRecord {
  /** ISO 8601. */
  readonly at: string;
  readonly region: string;
}

export const roleLastUsedKey = (
  account: string,
  roleId: string,
): RecordKey<RoleLastUsedRecord> => ({
  account,
  partition: partitionOf("last-used", roleId),
  sort: "record",
});
