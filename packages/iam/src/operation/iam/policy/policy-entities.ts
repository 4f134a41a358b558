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
      // Both uses begin so; the policy's counters, in the same partition, do not.
      const prefix = input.PolicyUsageFilter ?? "Permissions";
      const { items, ...rest } = await listPage<AttachmentEntry>(
        unit,
        { account, partition, prefix },
        input,
      );
      const pathPrefix = input.PathPrefix ?? "/";
      const asked = items.filter(
        ({ data }) =>
          data.path.startsWith(pathPrefix) &&
          (input.EntityFilter === undefined || input.EntityFilter === data.type),
      );
      const twice =
        input.PolicyUsageFilter === undefined ? await listedBefore(context, arn, asked) : new Set();
      const shown = asked.flatMap(({ data, key }) => (twice.has(key.sort) ? [] : [data]));
      const ofType = (type: AttachmentEntry["type"]) =>
        shown.filter((entry) => entry.type === type);
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
 * Places of those that hold the policy as permissions policy and have it as boundary, too: the list of all uses begins with the
 * boundaries, and names nobody twice.
 */
async function listedBefore(
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
