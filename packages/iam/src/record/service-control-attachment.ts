import type { Key } from "../storage/store.ts";
import type { RecordKey } from "../storage/unit-of-work.ts";
import type { AccountRecord } from "./account.ts";
import { FULL_AWS_ACCESS, type OrganizationRecord } from "./organization.ts";

/**
 * Attachments belong to a generation of the organization, and switching service control policies off begins the next one: so a
 * hundred thousand accounts lose theirs by one write. INVARIANT: generations only grow, and what belongs to an earlier one than
 * the organization's counts for nothing; its holder has AWS's own policy and no other, as it has from the start.
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

/** Where a service control policy is attached. AWS's own has no entries: it is where it was not detached. */
export const policyTargetKey = (
  managementAccount: string,
  attachment: { readonly policyId: string; readonly generation: number; readonly targetId: string },
): RecordKey<{ readonly id: string }> => ({
  account: managementAccount,
  partition: policyTargets(attachment),
  sort: `target/${attachment.targetId}`,
});

/** Counter record; `targets`. */
export const policyTargetsCountKey = (
  managementAccount: string,
  attachment: { readonly policyId: string; readonly generation: number },
): Key => ({ account: managementAccount, partition: policyTargets(attachment), sort: "count" });

/** The partition of a policy's targets, in one generation. */
export const policyTargets = ({
  policyId,
  generation,
}: {
  readonly policyId: string;
  readonly generation: number;
}): string => `service-control-policy/${policyId}${generation === 0 ? "" : `/${generation}`}`;
