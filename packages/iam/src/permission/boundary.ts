import { lookUpRole } from "../entity/role.ts";
import { ApiError } from "../error.ts";
import type { OperationContext } from "../model/operation.ts";
import type { AttachmentEntry } from "../record/managed-policy.ts";
import { lookUpPolicy } from "./policy-arn.ts";
import { addPolicyUse, removePolicyUse } from "./policy-usage.ts";

type Scope = Pick<OperationContext, "account" | "unit">;

/**
 * Sets, replaces or removes a permissions boundary in the policies' usage records. The caller
 * writes the holder's own record.
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

/** Returns the response member `PermissionsBoundary`, or no member if there is no boundary. */
export function describeBoundary(boundary: string | undefined) {
  if (boundary === undefined) return {};
  // AWS answers `Policy`. The SDK's enum has only `PermissionsBoundaryPolicy`, which AWS never
  // sends.
  return {
    PermissionsBoundary: {
      PermissionsBoundaryType: "Policy" as never,
      PermissionsBoundaryArn: boundary,
    },
  };
}

/** Returns the condition key `iam:PermissionsBoundary` with a role's current boundary. */
export const roleBoundaryKey = async (context: Scope, name: string | undefined) => ({
  "iam:PermissionsBoundary": (await lookUpRole(context, name ?? ""))?.boundary,
});
