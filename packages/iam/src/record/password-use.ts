import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";

/** When a password was last used to sign in. It is a record of its own, so that sign-in may write it and nothing of the user. */
export interface PasswordUseRecord {
  /** ISO 8601. */
  readonly at: string;
}

/** @param id a user's unique id, or the account's id for its root user */
export const passwordUseKey = (account: string, id: string): RecordKey<PasswordUseRecord> => ({
  account,
  partition: partitionOf("password-use", id),
  sort: "record",
});
