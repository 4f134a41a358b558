import type { FoundPolicy } from "./policy-arn.ts";
import type { PolicyUsage } from "./policy-usage.ts";

/**
 * Returns the response members that every operation on managed policies answers. Operations that
 * also answer description and tags add them.
 */
export function describePolicy(found: FoundPolicy, usage: PolicyUsage) {
  const { arn } = found;
  const { name, id, path, createdAt, updatedAt, version } =
    found.owner === "account"
      ? { ...found.record, version: found.record.defaultVersion }
      : { ...found.policy, updatedAt: found.policy.createdAt, version: 1 };
  return {
    PolicyName: name,
    PolicyId: id,
    Arn: arn,
    Path: path,
    DefaultVersionId: `v${version}`,
    AttachmentCount: usage.attachments,
    PermissionsBoundaryUsageCount: usage.boundaries,
    IsAttachable: found.owner === "account" || found.policy.attachable,
    CreateDate: new Date(createdAt),
    UpdateDate: new Date(updatedAt),
  };
}
