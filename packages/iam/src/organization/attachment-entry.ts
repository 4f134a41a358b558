import { FULL_AWS_ACCESS, type OrganizationRecord } from "../record/organization.ts";
import {
  generationOf,
  policyTargetKey,
  policyTargetsCountKey,
} from "../record/service-control-attachment.ts";
import type { OrganizationScope } from "./organization.ts";

/**
 * Records that a policy is attached to the root, a unit or an account.
 * INVARIANT: each attachment listed in the organization's record, or in an account's record of its
 * generation, has an entry here and is counted. Excepted is FullAWSAccess, which every new account
 * has: creating accounts must not contend for one counter.
 */
export function addAttachmentEntry(
  scope: OrganizationScope,
  organization: OrganizationRecord,
  policyId: string,
  targetId: string,
): void {
  if (policyId === FULL_AWS_ACCESS.id) return;
  const attachment = { policyId, generation: generationOf(organization), targetId };
  const { managementAccount } = scope.settings;
  scope.unit.put(
    policyTargetKey(managementAccount, attachment),
    { id: targetId },
    { expect: "any" },
  );
  scope.unit.count(policyTargetsCountKey(managementAccount, attachment), "targets", 1);
}

/**
 * Records that a policy is no longer attached.
 * @param generation the one that it was attached in
 */
export function removeAttachmentEntry(
  scope: OrganizationScope,
  organization: OrganizationRecord,
  policyId: string,
  targetId: string,
  generation: number = generationOf(organization),
): void {
  if (policyId === FULL_AWS_ACCESS.id) return;
  const attachment = { policyId, generation, targetId };
  const { managementAccount } = scope.settings;
  scope.unit.delete(policyTargetKey(managementAccount, attachment), { expect: "any" });
  // Counters of earlier generations are never read.
  if (generation === generationOf(organization))
    scope.unit.count(policyTargetsCountKey(managementAccount, attachment), "targets", -1);
}
