import type * as sdk from "@aws-sdk/client-iam";
import { type OperationContext, operation } from "../../../model/operation.ts";
import { findPolicy, policyTarget } from "../../../permission/policy-arn.ts";
import { type AttachmentEntry, attachmentKey } from "../../../record/managed-policy.ts";
import { listPage } from "../../../storage/pagination.ts";
import type { Stored } from "../../../storage/store.ts";

export const policyEntityOperations = {
  ListEntitiesForPolicy: operation<
    sdk.ListEntitiesForPolicyCommandInput,
    sdk.ListEntitiesForPolicyCommandOutput
  >({
    action: "iam:ListEntitiesForPolicy",
    target: policyTarget,
    async run(context, input) {
      const { account, unit } = context;
      const { arn } = await findPolicy(context, input.PolicyArn ?? "");
      const { partition } = attachmentKey(account, arn, "PermissionsPolicy", {
        type: "User",
        id: "",
      });
      // Matches the entries of both uses. The policy's counters, in the same partition, have other
      // keys.
      const prefix = input.PolicyUsageFilter ?? "Permissions";
      const { items, ...rest } = await listPage<AttachmentEntry>(
        unit,
        { account, partition, prefix },
        input,
      );
      const pathPrefix = input.PathPrefix ?? "/";
      const matching = items.filter(
        ({ data }) =>
          data.path.startsWith(pathPrefix) &&
          (input.EntityFilter === undefined || input.EntityFilter === data.type),
      );
      const duplicates =
        input.PolicyUsageFilter === undefined
          ? await listedAsBoundary(context, arn, matching)
          : new Set();
      const listed = matching.flatMap(({ data, key }) => (duplicates.has(key.sort) ? [] : [data]));
      const ofType = (type: AttachmentEntry["type"]) =>
        listed.filter((entry) => entry.type === type);
      return {
        PolicyGroups: ofType("Group").map(({ name, id }) => ({ GroupName: name, GroupId: id })),
        PolicyUsers: ofType("User").map(({ name, id }) => ({ UserName: name, UserId: id })),
        PolicyRoles: ofType("Role").map(({ name, id }) => ({ RoleName: name, RoleId: id })),
        ...rest,
      };
    },
  }),
} as const;

/**
 * Returns the sort keys of the attachments whose holder also has the policy as its boundary. The
 * list of all uses begins with the boundaries, so these holders have been listed before.
 */
async function listedAsBoundary(
  { account, unit }: OperationContext,
  arn: string,
  entries: readonly Stored<AttachmentEntry>[],
): Promise<ReadonlySet<string>> {
  const holders = entries.filter(({ key }) => key.sort.startsWith("PermissionsPolicy/"));
  const bounded = await unit.getAll(
    holders.map(({ data }) => attachmentKey(account, arn, "PermissionsBoundary", data)),
  );
  return new Set(
    holders.flatMap(({ key }, index) => (bounded[index] === undefined ? [] : [key.sort])),
  );
}
