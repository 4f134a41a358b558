import { iamArn } from "../arn.ts";
import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";
import type { Tag } from "./tag.ts";

export interface ManagedPolicyRecord {
  readonly account: string;
  readonly name: string;
  /** `ANPA...` */
  readonly id: string;
  readonly path: string;
  readonly description?: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly tags: readonly Tag[];
  readonly defaultVersion: number;
  /** The default version's document, so that a decision reads one record. */
  readonly document: string;
  /** All versions, oldest first. */
  readonly versions: readonly { readonly number: number; readonly createdAt: string }[];
  /** The number that the next version gets; numbers are never used again. */
  readonly nextVersion: number;
}

/** ListPolicies shows nearly all of a policy, so its entries only lead to the policies. */
export interface PolicyEntry {
  readonly name: string;
}

export interface PolicyVersionRecord {
  readonly number: number;
  readonly document: string;
  readonly createdAt: string;
}

export const managedPolicyKey = (
  account: string,
  name: string,
): RecordKey<ManagedPolicyRecord> => ({
  account,
  partition: partitionOf("policy", name.toLowerCase()),
  sort: "record",
});

export const policyVersionKey = (
  account: string,
  name: string,
  version: number,
): RecordKey<PolicyVersionRecord> => ({
  account,
  partition: partitionOf("policy", name.toLowerCase()),
  sort: `version/${String(version).padStart(9, "0")}`,
});

export const managedPolicyArn = (policy: {
  readonly account: string;
  readonly path: string;
  readonly name: string;
}): string => iamArn(policy.account, `policy${policy.path}${policy.name}`);

/** The name that an ARN known to be a policy's ends with. */
export const policyNameOf = (arn: string): string => arn.slice(arn.lastIndexOf("/") + 1);

/** Where a policy is attached or set as boundary, by policy ARN within the account that uses it (AWS's own policies too). */
export interface AttachmentEntry {
  readonly type: "User" | "Group" | "Role";
  readonly name: string;
  readonly id: string;
  readonly path: string;
}

/** Counter record; `attachments`, `boundaries`. */
export const policyUsageKey = (
  account: string,
  policyArn: string,
): { account: string; partition: string; sort: string } => ({
  account,
  partition: partitionOf("policy-usage", policyArn.toLowerCase()),
  sort: "usage",
});

export const attachmentKey = (
  account: string,
  policyArn: string,
  use: "PermissionsPolicy" | "PermissionsBoundary",
  entity: { readonly type: "User" | "Group" | "Role"; readonly id: string },
): RecordKey<AttachmentEntry> => ({
  account,
  partition: partitionOf("policy-usage", policyArn.toLowerCase()),
  sort: `${use}/${entity.type}/${entity.id}`,
});
