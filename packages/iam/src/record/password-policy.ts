import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";

/**
 * An account's password policy (IAM UG/id_credentials_passwords_account-policy). Ages are in days.
 */
export interface PasswordPolicy {
  readonly minimumLength: number;
  readonly requireSymbols: boolean;
  readonly requireNumbers: boolean;
  readonly requireUppercase: boolean;
  readonly requireLowercase: boolean;
  readonly allowUsersToChange: boolean;
  readonly maxAgeDays?: number;
  /** The number of earlier passwords that must not be reused. */
  readonly reusePrevention?: number;
  /** An expired password can't be changed at sign-in. An administrator must reset it. */
  readonly hardExpiry?: boolean;
}

/** The key of an account's password policy. */
export const passwordPolicyKey = (account: string): RecordKey<PasswordPolicy> => ({
  account,
  partition: partitionOf("password-policy"),
  sort: "record",
});
