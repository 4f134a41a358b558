import { isCannedArn } from "../canned/index.ts";
import type { OperationContext } from "../model/operation.ts";
import {
  type AttachmentEntry,
  attachmentKey,
  managedPolicyKey,
  policyNameOf,
  policyUsageKey,
} from "../record/managed-policy.ts";

type Scope = Pick<OperationContext, "account" | "unit">;
export type PolicyUse = "PermissionsPolicy" | "PermissionsBoundary";

/** How often a policy is used in the account. */
export interface PolicyUsage {
  readonly attachments: number;
  readonly boundaries: number;
}

const COUNTER = { PermissionsPolicy: "attachments", PermissionsBoundary: "boundaries" } as const;

/**
 * Note that `holder` uses the policy from now on.
 * INVARIANT: whoever lists a policy's ARN has an entry here, and the counters say how many have: so a policy in use is never deleted.
 */
export function addPolicyUse(
  { account, unit }: Scope,
  use: PolicyUse,
  policyArn: string,
  holder: AttachmentEntry,
): void {
  unit.put(attachmentKey(account, policyArn, use, holder), holder, { expect: "any" });
  unit.count(policyUsageKey(account, policyArn), COUNTER[use], 1);
  if (!isCannedArn(policyArn))
    unit.check(managedPolicyKey(account, policyNameOf(policyArn)), "present");
}

export function removePolicyUse(
  { account, unit }: Scope,
  use: PolicyUse,
  policyArn: string,
  holder: AttachmentEntry,
): void {
  unit.delete(attachmentKey(account, policyArn, use, holder), { expect: "any" });
  unit.count(policyUsageKey(account, policyArn), COUNTER[use], -1);
}

/** Show a holder's new name and path wherever the policies that it uses list it. */
export function updatePolicyUses(
  { account, unit }: Scope,
  holder: AttachmentEntry,
  uses: { readonly attached: readonly string[]; readonly boundary?: string },
): void {
  for (const arn of uses.attached)
    unit.put(attachmentKey(account, arn, "PermissionsPolicy", holder), holder, { expect: "any" });
  if (uses.boundary === undefined) return;
  unit.put(attachmentKey(account, uses.boundary, "PermissionsBoundary", holder), holder, {
    expect: "any",
  });
}

export async function policyUsage(scope: Scope, policyArn: string): Promise<PolicyUsage> {
  return (await policyUsages(scope, [policyArn]))[0] ?? { attachments: 0, boundaries: 0 };
}

/** Of many policies, in the same order: a round trip for each hundred. */
export async function policyUsages(
  { account, unit }: Scope,
  policyArns: readonly string[],
): Promise<readonly PolicyUsage[]> {
  const counters = await unit.countersOfAll(policyArns.map((arn) => policyUsageKey(account, arn)));
  return counters.map(({ attachments = 0, boundaries = 0 }) => ({ attachments, boundaries }));
}
