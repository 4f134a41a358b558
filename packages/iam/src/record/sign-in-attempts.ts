import { createHash } from "node:crypto";
import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";

/**
 * Failed sign-ins of one user from one address since the last success. The record expires an hour
 * after the last failure.
 */
export interface SignInAttempts {
  readonly failures: number;
  /** Epoch milliseconds. */
  readonly failedAt: number;
}

/**
 * The key of failed sign-ins, by account, user and address. Neither account nor user needs to
 * exist, so the key has a digest of them, in the management account.
 */
export const signInAttemptsKey = (
  managementAccount: string,
  account: string,
  name: string,
  address: string,
): RecordKey<SignInAttempts> => ({
  account: managementAccount,
  partition: partitionOf(
    "sign-in-attempts",
    createHash("sha256")
      .update(JSON.stringify([account, name.toLowerCase(), address]))
      .digest("hex"),
  ),
  sort: "record",
});
