import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";

/**
 * When a password was last used to sign in. It is a separate record, so that the sign-in function
 * needs no permission to write users.
 */
export interface PasswordUseRecord {
  /** ISO 8601. */
  readonly at: string;
}

/**
 * The key of a user's last sign-in.
 * @param id the user's unique id, or the account's id for its root user
 */
export const passwordUseKey = (account: string, id: string): RecordKey<PasswordUseRecord> => ({
  account,
  partition: partitionOf("password-use", id),
  sort: "record",
});
