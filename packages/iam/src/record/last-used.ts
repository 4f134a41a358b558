import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";

/** When a role last made a request. The `usage` function writes it from the decision log. */
export interface RoleLastUsedRecord {
  /** ISO 8601. */
  readonly at: string;
  readonly region: string;
}

/** The key of a role's last use, by the role's unique id. */
export const roleLastUsedKey = (
  account: string,
  roleId: string,
): RecordKey<RoleLastUsedRecord> => ({
  account,
  partition: partitionOf("last-used", roleId),
  sort: "record",
});
