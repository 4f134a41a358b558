import { iamArn } from "../arn.ts";
import type { Key } from "../storage/store.ts";
import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";
import type { Tag } from "./tag.ts";

/** A customer managed policy with its default document. */
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
  /** The default version's document. A decision needs no other record of the policy. */
  readonly document: string;
  /** All versions, oldest first. */
  readonly versions: readonly { readonly number: number; readonly createdAt: string }[];
  /** The next version's number. Numbers are not reused. */
  readonly nextVersion: number;
}

/**
 * An entry of the list of policies. ListPolicies answers nearly the whole policy, so the entry has
 * only the name of the record to read.
 */
export interface PolicyEntry {
  readonly name: string;
}

/** One version of a managed policy. */
export interface PolicyVersionRecord {
  readonly number: number;
  readonly document: string;
  readonly createdAt: string;
}

/** The key of a managed policy. */
export const managedPolicyKey = (
  account: string,
  name: string,
): RecordKey<ManagedPolicyRecord> => ({
  account,
  partition: partitionOf("policy", name.toLowerCase()),
  sort: "record",
});

/** The key of a policy's version. Numbers are padded, so that they sort as numbers. */
export const policyVersionKey = (
  account: string,
  name: string,
  version: number,
): RecordKey<PolicyVersionRecord> => ({
  account,
  partition: partitionOf("policy", name.toLowerCase()),
  sort: `version/${String(version).padStart(9, "0")}`,
});

/** The ARN of a managed policy. */
export const managedPolicyArn = (policy: {
  readonly account: string;
  readonly path: string;
  readonly name: string;
}): string => iamArn(policy.account, `policy${policy.path}${policy.name}`);

/** The policy name in a policy's ARN: its last segment. */
export const policyNameOf = (arn: string): string => arn.slice(arn.lastIndexOf("/") + 1);

/** An entity that a policy is attached to, or is the boundary of. */
export interface AttachmentEntry {
  readonly type: "User" | "Group" | "Role";
  readonly name: string;
  readonly id: string;
  readonly path: string;
}

/**
 * The key of the counter record of a policy's uses in an account. Counters: `attachments` and
 * `boundaries`. AWS's own policies have one too.
 */
export const policyUsageKey = (account: string, policyArn: string): Key => ({
  account,
  partition: partitionOf("policy-usage", policyArn.toLowerCase()),
  sort: "usage",
});

/** The key of one use of a policy by an entity of the account. */
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
