import { createHash } from "node:crypto";
import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";

/** Failures of one user from one address since the last success; gone an hour after the last one. */
export interface SignInAttempts {
  readonly failures: number;
  /** Epoch milliseconds. */
  readonly failedAt: number;
}

/**
 * One record for who is to be signed in and the address that tries. Neither needs to exist, so both are kept as a digest, with the
 * installation's own account.
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
