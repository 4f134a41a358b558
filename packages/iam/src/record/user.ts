import { iamArn } from "../arn.ts";
import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";
import type { PolicyHolder } from "./policy-holder.ts";
import type { Tag } from "./tag.ts";

/** What a decision about a user needs to know of the user; each of its access key records holds a copy. */
export interface UserPrincipal extends PolicyHolder {
  readonly type: "User";
  readonly account: string;
  readonly name: string;
  /** `AIDA...` */
  readonly id: string;
  readonly path: string;
  readonly tags: readonly Tag[];
  /** Unique ids (`AGPA...`) of its groups, in the order of joining. */
  readonly groups: readonly string[];
  /** ARN of the managed policy that bounds it. */
  readonly boundary?: string;
}

export interface UserRecord {
  readonly principal: UserPrincipal;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly accessKeys: readonly string[];
  readonly loginProfile?: LoginProfile;
  /** Serial numbers (ARNs) of its enabled MFA devices. */
  readonly mfaDevices?: readonly string[];
}

export interface LoginProfile {
  /** scrypt: `scrypt$N$r$p$salt$hash`, base64url parts. */
  readonly passwordHash: string;
  readonly createdAt: string;
  readonly changedAt: string;
  readonly resetRequired: boolean;
  /** Hashes of earlier passwords, newest first, as many as the password policy's reuse prevention can ask for (24). */
  readonly history: readonly string[];
}

/** What ListUsers shows of a user. */
export interface UserEntry {
  readonly name: string;
  readonly id: string;
  readonly path: string;
  readonly createdAt: string;
}

export const userKey = (account: string, name: string): RecordKey<UserRecord> => ({
  account,
  partition: partitionOf("user", name.toLowerCase()),
  sort: "record",
});

export const userArn = (user: {
  readonly account: string;
  readonly path: string;
  readonly name: string;
}): string => iamArn(user.account, `user${user.path}${user.name}`);
