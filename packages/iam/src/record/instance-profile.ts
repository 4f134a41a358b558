import { iamArn } from "../arn.ts";
import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";
import type { Tag } from "./tag.ts";

/** A role's wrapping for machines; here it is kept for the tools that expect it. */
export interface InstanceProfileRecord {
  readonly account: string;
  readonly name: string;
  /** `AIPA...` */
  readonly id: string;
  readonly path: string;
  readonly createdAt: string;
  /** Name of the role in it. The role's record names the profile in turn. */
  readonly role?: string;
  readonly tags: readonly Tag[];
}

/** Lists of instance profiles show nearly all of them, so the entries only lead to them. */
export interface InstanceProfileEntry {
  readonly name: string;
}

export const instanceProfileKey = (
  account: string,
  name: string,
): RecordKey<InstanceProfileRecord> => ({
  account,
  partition: partitionOf("instance-profile", name.toLowerCase()),
  sort: "record",
});

export const instanceProfileArn = (profile: {
  readonly account: string;
  readonly path: string;
  readonly name: string;
}): string => iamArn(profile.account, `instance-profile${profile.path}${profile.name}`);
