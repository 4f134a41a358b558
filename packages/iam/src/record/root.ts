import { iamArn } from "../arn.ts";
import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";

/**
 * The credentials of an account's root user. It has no policies: it is allowed everything in its
 * account, within guardrails.
 */
export interface RootRecord {
  readonly account: string;
  readonly createdAt: string;
  readonly email?: string;
  readonly accessKeys: readonly string[];
  /** Id of the access key that `bootstrap` last generated or received. */
  readonly bootstrapAccessKey?: string;
  /** scrypt, in the format of a login profile. */
  readonly passwordHash?: string;
  /**
   * Hash of the password that the deployment last configured, even if the password has changed
   * since.
   */
  readonly deployedPasswordHash?: string;
  /** Since when the root user may recover a password. ISO 8601. Set only without a password. */
  readonly recoverableSince?: string;
  /** The operator's code for setting a new password, while one is valid. */
  readonly recovery?: RootRecovery;
  readonly passwordChangedAt?: string;
  /** Serial numbers (ARNs) of its enabled MFA devices. */
  readonly mfaDevices?: readonly string[];
}

/** A recovery code that the operator issued. */
export interface RootRecovery {
  /** scrypt, in the format of a password hash. */
  readonly codeHash: string;
  /** ISO 8601. */
  readonly expiresAt: string;
}

/** Whether IAM reports a login profile for the root user. */
export const hasLoginProfile = ({
  passwordHash,
  recoverableSince,
}: Pick<RootRecord, "passwordHash" | "recoverableSince">): boolean =>
  passwordHash !== undefined || recoverableSince !== undefined;

/** The record without its password, and without a way to recover one. */
export function withoutPassword({
  passwordHash: _,
  passwordChangedAt: __,
  recoverableSince: ___,
  recovery: ____,
  ...root
}: RootRecord): RootRecord {
  return root;
}

/** The key of an account's root user. */
export const rootKey = (account: string): RecordKey<RootRecord> => ({
  account,
  partition: partitionOf("root"),
  sort: "record",
});

/** The ARN of an account's root user. */
export const rootArn = (account: string): string => iamArn(account, "root");
