import { FULL_AWS_ACCESS, type OrganizationRecord } from "../record/organization.ts";
import {
  generationOf,
  policyTargetKey,
  policyTargetsCountKey,
} from "../record/service-control-attachment.ts";
import type { OrganizationScope } from "./organization.ts";

/**
 * Note that a policy is attached to the root, a unit or an account.
 * INVARIANT: what the organization's record and the accounts' records of its generation list as attached has an entry here, and is
 * counted; but for AWS's own policy, which every new account has, so that opening accounts does not wait for one counter.
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

/** @param generation that it was attached in */
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
  // The counts of earlier generations are not read any more.
  if (generation === generationOf(organization))
    scope.unit.count(policyTargetsCountKey(managementAccount, attachment), "targets", -1);
}
