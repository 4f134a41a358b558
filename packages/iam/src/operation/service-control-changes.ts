import { policyTargetKey, policyTargetsCountKey } from "../record/organization.ts";
import type { OrganizationScope } from "./organization-changes.ts";

/**
 * Note that a policy is attached to the root, a unit or an account.
 * INVARIANT: what the organization's record and the accounts' records list as attached has an entry here, and is counted.
 */
export function beginAttachment(
  { unit, settings }: OrganizationScope,
  policyId: string,
  targetId: string,
): void {
  const account = settings.managementAccount;
  unit.put(policyTargetKey(account, policyId, targetId), { id: targetId }, { expect: "any" });
  unit.count(policyTargetsCountKey(account, policyId), "targets", 1);
}

export function endAttachment(
  { unit, settings }: OrganizationScope,
  policyId: string,
  targetId: string,
): void {
  const account = settings.managementAccount;
  unit.delete(policyTargetKey(account, policyId, targetId), { expect: "any" });
  unit.count(policyTargetsCountKey(account, policyId), "targets", -1);
}
