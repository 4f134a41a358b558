import { iamArn } from "../arn.ts";
import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";
import type { PolicyHolder } from "./policy-holder.ts";
import type { Tag } from "./tag.ts";

/** The part of a user that decisions need. Each of the user's access key records has a copy. */
export interface UserPrincipal extends PolicyHolder {
  readonly type: "User";
  readonly account: string;
  readonly name: string;
  /** `AIDA...` */
  readonly id: string;
  readonly path: string;
  readonly tags: readonly Tag[];
  /** Unique ids (`AGPA...`) of its groups, in the order in which it joined them. */
  readonly groups: readonly string[];
  /** ARN of its permissions boundary. */
  readonly boundary?: string;
}

/** A user with its login profile and the ids of its credentials. */
export interface UserRecord {
  readonly principal: UserPrincipal;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly accessKeys: readonly string[];
  readonly loginProfile?: LoginProfile;
  /** As in `UserEntry`. */
  readonly neverHadPassword?: true;
  /** Serial numbers (ARNs) of its enabled MFA devices. */
  readonly mfaDevices?: readonly string[];
}

/** A user's password. */
export interface LoginProfile {
  /** scrypt: `scrypt$N$r$p$salt$hash`, base64url parts. */
  readonly passwordHash: string;
  readonly createdAt: string;
  readonly changedAt: string;
  readonly resetRequired: boolean;
  /**
   * Hashes of earlier passwords, newest first. At most 24, the highest value of a policy's reuse
   * prevention.
   */
  readonly history: readonly string[];
}

/** The members of a user that ListUsers answers. */
export interface UserEntry {
  readonly name: string;
  readonly id: string;
  readonly path: string;
  readonly createdAt: string;
  /**
   * INVARIANT: a user that has this has no record of a password's use. Absent where that is unknown:
   * in entries of version 0.1.0.
   */
  readonly neverHadPassword?: true;
}

/** The key of a user. */
export const userKey = (account: string, name: string): RecordKey<UserRecord> => ({
  account,
  partition: partitionOf("user", name.toLowerCase()),
  sort: "record",
});

/** The ARN of a user. */
export const userArn = (user: {
  readonly account: string;
  readonly path: string;
  readonly name: string;
}): string => iamArn(user.account, `user${user.path}${user.name}`);
