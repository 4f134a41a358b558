import { lookUpRole } from "../entity/role.ts";
import { ApiError } from "../error.ts";
import type { OperationContext } from "../model/operation.ts";
import type { AttachmentEntry } from "../record/managed-policy.ts";
import { lookUpPolicy } from "./policy-arn.ts";
import { addPolicyUse, removePolicyUse } from "./policy-usage.ts";

type Scope = Pick<OperationContext, "account" | "unit">;

/**
 * Set, replace or take away the boundary in the policies' books; the holder's record is its keeper's to write.
 * @throws {ApiError} `NoSuchEntity`
 */
export async function changeBoundary(
  scope: Scope,
  holder: AttachmentEntry,
  { from, to }: { readonly from?: string | undefined; readonly to?: string | undefined },
): Promise<void> {
  if (from === to) return;
  if (to !== undefined) {
    const found = await lookUpPolicy(scope, to);
    if (found === undefined || (found.owner === "canned" && !found.policy.attachable)) {
      throw new ApiError("NoSuchEntity", `Scope ARN: ${to} does not exist or is not attachable.`);
    }
    addPolicyUse(scope, "PermissionsBoundary", to, holder);
  }
  if (from !== undefined) removePolicyUse(scope, "PermissionsBoundary", from, holder);
}

/** As answers show it: nothing at all when there is none. */
export function describeBoundary(boundary: string | undefined) {
  if (boundary === undefined) return {};
  // AWS answers `Policy`, which the SDK's type does not have (its only member is the one that AWS never sends).
  return {
    PermissionsBoundary: {
      PermissionsBoundaryType: "Policy" as never,
      PermissionsBoundaryArn: boundary,
    },
  };
}

/** `iam:PermissionsBoundary` of a role as it is: the key of operations that act on one that is there. */
export const boundaryOfRole = async (context: Scope, name: string | undefined) => ({
  "iam:PermissionsBoundary": (await lookUpRole(context, name ?? ""))?.boundary,
});
