import type { RecordKey } from "../storage/unit-of-work.ts";

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
  readonly passwordLastUsed?: string;
  readonly passwordChangedAt?: string;
  /** Serial numbers (ARNs) of its enabled MFA devices. */
  readonly mfaDevices?: readonly string[];
}

export const rootKey = (account: string): RecordKey<RootRecord> => ({
  account,
  partition: "root",
  sort: "record",
});

export const rootArn = (account: string): string => `arn:aws:iam::${account}:root`;
