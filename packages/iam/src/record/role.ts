import { iamArn } from "../arn.ts";
import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";
import type { PolicyHolder } from "./policy-holder.ts";
import type { Tag } from "./tag.ts";

export interface RoleRecord extends PolicyHolder {
  readonly account: string;
  readonly name: string;
  /** `AROA...` */
  readonly id: string;
  readonly path: string;
  readonly createdAt: string;
  readonly description?: string;
  readonly maxSessionSeconds: number;
  readonly trust: TrustPolicy;
  readonly boundary?: string;
  readonly tags: readonly Tag[];
  /** Names of the instance profiles that it is in. */
  readonly instanceProfiles?: readonly string[];
}

/** ListRoles shows nearly all of a role, so its entries only lead to the roles. */
export interface RoleEntry {
  readonly name: string;
}

export interface TrustPolicy {
  /** As submitted. */
  readonly document: string;
  /** What each user, role and role session ARN in it meant when it was stored: ARN and unique id (`AROA...:session`). */
  readonly principalIds: readonly (readonly [arn: string, id: string])[];
}

export const roleKey = (account: string, name: string): RecordKey<RoleRecord> => ({
  account,
  partition: partitionOf("role", name.toLowerCase()),
  sort: "record",
});

export const roleArn = (role: {
  readonly account: string;
  readonly path: string;
  readonly name: string;
}): string => iamArn(role.account, `role${role.path}${role.name}`);
