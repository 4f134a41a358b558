import { iamArn } from "../arn.ts";
import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";
import type { Tag } from "./tag.ts";

/**
 * A container for one role (IAM UG/id_roles_use_switch-role-ec2_instance-profiles). Stored for
 * tools that expect it; no decision reads it.
 */
export interface InstanceProfileRecord {
  readonly account: string;
  readonly name: string;
  /** `AIPA...` */
  readonly id: string;
  readonly path: string;
  readonly createdAt: string;
  /** Name of its role. The role's record lists the profile too. */
  readonly role?: string;
  readonly tags: readonly Tag[];
}

/**
 * An entry of the list of instance profiles. ListInstanceProfiles answers nearly the whole profile,
 * so the entry has only the name of the record to read.
 */
export interface InstanceProfileEntry {
  readonly name: string;
}

/** The key of an instance profile. */
export const instanceProfileKey = (
  account: string,
  name: string,
): RecordKey<InstanceProfileRecord> => ({
  account,
  partition: partitionOf("instance-profile", name.toLowerCase()),
  sort: "record",
});

/** The ARN of an instance profile. */
export const instanceProfileArn = (profile: {
  readonly account: string;
  readonly path: string;
  readonly name: string;
}): string => iamArn(profile.account, `instance-profile${profile.path}${profile.name}`);
