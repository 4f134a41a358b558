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

/** How often a policy is used in the account, as a permissions policy and as a boundary. */
export interface PolicyUsage {
  readonly attachments: number;
  readonly boundaries: number;
}

const COUNTER = { PermissionsPolicy: "attachments", PermissionsBoundary: "boundaries" } as const;

/**
 * Records that `holder` uses the policy.
 * INVARIANT: each record that lists a policy's ARN has an entry here, and the counters equal the
 * number of entries. A policy in use therefore can't be deleted.
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

/** Records that `holder` no longer uses the policy. */
export function removePolicyUse(
  { account, unit }: Scope,
  use: PolicyUse,
  policyArn: string,
  holder: AttachmentEntry,
): void {
  unit.delete(attachmentKey(account, policyArn, use, holder), { expect: "any" });
  unit.count(policyUsageKey(account, policyArn), COUNTER[use], -1);
}

/** Updates a holder's name and path in the entries of the policies that it uses. */
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

/** Returns the usage of one policy. */
export async function policyUsage(scope: Scope, policyArn: string): Promise<PolicyUsage> {
  return (await policyUsages(scope, [policyArn]))[0] ?? { attachments: 0, boundaries: 0 };
}

/** Returns the usage of many policies, in the same order. Takes one round trip for each hundred. */
export async function policyUsages(
  { account, unit }: Scope,
  policyArns: readonly string[],
): Promise<readonly PolicyUsage[]> {
  const counters = await unit.countersOfAll(policyArns.map((arn) => policyUsageKey(account, arn)));
  return counters.map(({ attachments = 0, boundaries = 0 }) => ({ attachments, boundaries }));
}
