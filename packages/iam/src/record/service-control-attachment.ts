import type { Key } from "../storage/store.ts";
import type { RecordKey } from "../storage/unit-of-work.ts";
import type { AccountRecord } from "./account.ts";
import { FULL_AWS_ACCESS, type OrganizationRecord } from "./organization.ts";
import { partitionOf } from "./partition.ts";

/**
 * The generation of an organization's or an account's attachments. Disabling service control
 * policies starts the next generation, so one write detaches the policies of a hundred thousand
 * accounts.
 * INVARIANT: generations only grow. Attachments of an earlier generation than the organization's
 * are void: their target has AWS's own policy only, as a new target has.
 */
export const generationOf = ({
  attachmentGeneration = 0,
}: Pick<OrganizationRecord | AccountRecord, "attachmentGeneration">): number =>
  attachmentGeneration;

/** Ids of the service control policies attached to a member account itself. */
export function attachedToAccount(
  organization: OrganizationRecord,
  account: AccountRecord,
): readonly string[] | undefined {
  const outdated = generationOf(account) < generationOf(organization);
  return outdated ? [FULL_AWS_ACCESS.id] : account.serviceControlPolicies;
}

/**
 * The key of one target of a service control policy. AWS's own policy has no such entries: it is
 * attached everywhere until it is detached.
 */
export const policyTargetKey = (
  managementAccount: string,
  attachment: { readonly policyId: string; readonly generation: number; readonly targetId: string },
): RecordKey<{ readonly id: string }> => ({
  account: managementAccount,
  partition: policyTargets(attachment),
  sort: `target/${attachment.targetId}`,
});

/** The key of the counter record of a policy's targets. Counter: `targets`. */
export const policyTargetsCountKey = (
  managementAccount: string,
  attachment: { readonly policyId: string; readonly generation: number },
): Key => ({ account: managementAccount, partition: policyTargets(attachment), sort: "count" });

/**
 * The partition of a policy's targets in one generation. Generation 0 shares the policy's own
 * partition.
 */
export const policyTargets = ({
  policyId,
  generation,
}: {
  readonly policyId: string;
  readonly generation: number;
}): string =>
  partitionOf("service-control-policy", generation === 0 ? policyId : `${policyId}/${generation}`);
