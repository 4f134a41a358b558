import { iamArn } from "../arn.ts";
import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";

/** The root user of an account: what it signs in with. It has no policies: in its account it may do everything. */
export interface RootRecord {
  readonly account: string;
  readonly createdAt: string;
  readonly email?: string;
  readonly accessKeys: readonly string[];
  /** The id of the key that `bootstrap` generated or was given last. */
  readonly bootstrapAccessKey?: string;
  /** scrypt, as in a login profile. */
  readonly passwordHash?: string;
  /** Of the password that the deployment named last, whatever has become of it. */
  readonly deployedPasswordHash?: string;
  /** Without a password: since when it may recover one. */
  readonly recoverableSince?: string;
  /** The operator's code for choosing a new password, while one is open. */
  readonly recovery?: RootRecovery;
  readonly passwordChangedAt?: string;
  /** Serial numbers (ARNs) of its enabled MFA devices. */
  readonly mfaDevices?: readonly string[];
}

export interface RootRecovery {
  /** scrypt, as a password's. */
  readonly codeHash: string;
  /** ISO 8601. */
  readonly expiresAt: string;
}

/** Whether IAM shows a login profile of the root user. */
export const hasLoginProfile = ({
  passwordHash,
  recoverableSince,
}: Pick<RootRecord, "passwordHash" | "recoverableSince">): boolean =>
  passwordHash !== undefined || recoverableSince !== undefined;

/** The root user without a password, or a way to one. */
export function withoutPassword({
  passwordHash: _,
  passwordChangedAt: __,
  recoverableSince: ___,
  recovery: ____,
  ...root
}: RootRecord): RootRecord {
  return root;
}

export const rootKey = (account: string): RecordKey<RootRecord> => ({
  account,
  partition: partitionOf("root"),
  sort: "record",
});

export const rootArn = (account: string): string => iamArn(account, "root");
