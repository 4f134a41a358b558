import { iamArn } from "../arn.ts";
import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";
import type { PolicyHolder } from "./policy-holder.ts";
import type { Tag } from "./tag.ts";

/** A role with its trust policy and its permissions. */
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
  /** Names of the instance profiles that contain the role. */
  readonly instanceProfiles?: readonly string[];
}

/**
 * An entry of the list of roles. ListRoles answers nearly the whole role, so the entry has only the
 * name of the record to read.
 */
export interface RoleEntry {
  readonly name: string;
}

/** A role's trust policy, with its principals resolved to unique ids. */
export interface TrustPolicy {
  /** The submitted document. */
  readonly document: string;
  /**
   * The unique id that each user, role and role session ARN stood for when the policy was stored. A
   * role session has the id `AROA...:session`.
   */
  readonly principalIds: readonly (readonly [arn: string, id: string])[];
}

/** The key of a role. */
export const roleKey = (account: string, name: string): RecordKey<RoleRecord> => ({
  account,
  partition: partitionOf("role", name.toLowerCase()),
  sort: "record",
});

/** The ARN of a role. */
export const roleArn = (role: {
  readonly account: string;
  readonly path: string;
  readonly name: string;
}): string => iamArn(role.account, `role${role.path}${role.name}`);
