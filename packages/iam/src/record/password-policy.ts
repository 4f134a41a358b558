import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";

/** An account's own password policy (IAM UG/id_credentials_passwords_account-policy). Ages in days. */
export interface PasswordPolicy {
  readonly minimumLength: number;
  readonly requireSymbols: boolean;
  readonly requireNumbers: boolean;
  readonly requireUppercase: boolean;
  readonly requireLowercase: boolean;
  readonly allowUsersToChange: boolean;
  readonly maxAgeDays?: number;
  /** How many earlier passwords may not be used again. */
  readonly reusePrevention?: number;
  /** Who lets the password expire cannot choose a new one at sign-in: an administrator must. */
  readonly hardExpiry?: boolean;
}

export const passwordPolicyKey = (account: string): RecordKey<PasswordPolicy> => ({
  account,
  partition: partitionOf("password-policy"),
  sort: "record",
});
