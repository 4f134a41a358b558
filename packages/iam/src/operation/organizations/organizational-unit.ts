import type * as sdk from "@aws-sdk/client-organizations";
import { tagAtCreation } from "../../entity/tag-at-creation.ts";
import { mergeTags } from "../../entity/tagging.ts";
import { ApiError } from "../../error.ts";
import { type OperationContext, operation } from "../../model/operation.ts";
import { removeAttachmentEntry } from "../../organization/attachment-entry.ts";
import {
  findOrganization,
  findParent,
  findUnit,
  randomId,
  saveOrganization,
} from "../../organization/organization.ts";
import { organizationPage, organizationSlice } from "../../organization/organization-page.ts";
import {
  newUnitTarget,
  organizationArn,
  organizationTarget,
} from "../../organization/organization-target.ts";
import {
  childKey,
  childrenCountKey,
  claimKey,
  FULL_AWS_ACCESS,
  memberKey,
  type OrganizationalUnitRecord,
  organizationalUnitKey,
} from "../../record/organization.ts";
import { partitionOf } from "../../record/partition.ts";

/** Maximum depth of units below the root (Organizations UG/orgs_reference_limits). */
const MAX_DEPTH = 5;

export const organizationalUnitOperations = {
  CreateOrganizationalUnit: operation<
    sdk.CreateOrganizationalUnitCommandInput,
    sdk.CreateOrganizationalUnitCommandOutput
  >({
    action: "organizations:CreateOrganizationalUnit",
    target: organizationTarget(
      "ou",
      (input: sdk.CreateOrganizationalUnitCommandInput) => input.ParentId,
    ),
    alsoAuthorize: async (context, input) =>
      tagAtCreation("organizations:TagResource", await newUnitTarget(context, input), input.Tags),
    async run(context, input) {
      const { account, unit } = context;
      const organization = await findOrganization(context);
      const parent = await findParent(context, input.ParentId ?? "");
      if (parent.path.length > MAX_DEPTH) {
        throw new ApiError(
          "ConstraintViolationException",
          `You have exceeded the allowed organizational unit depth of ${MAX_DEPTH}.`,
          {
            Reason: "OU_DEPTH_LIMIT_EXCEEDED",
          },
        );
      }
      const id = `ou-${organization.rootId.slice(2)}-${randomId(8)}`;
      const made: OrganizationalUnitRecord = {
        id,
        name: input.Name ?? "",
        parentId: parent.id,
        path: [...parent.path, id],
        tags: mergeTags([], input.Tags),
      };
      await claimName(context, made);
      if (parent.unit) unit.check(organizationalUnitKey(account, parent.id), "present");
      unit.put(organizationalUnitKey(account, id), made);
      unit.put(childKey(account, parent.id, "ou", id), { id });
      unit.count(childrenCountKey(account, parent.id), "children", 1);
      saveOrganization(context, {
        ...organization,
        attached: { ...organization.attached, [id]: [FULL_AWS_ACCESS.id] },
      });
      return { OrganizationalUnit: await describeUnit(context, made) };
    },
  }),

  DescribeOrganizationalUnit: operation<
    sdk.DescribeOrganizationalUnitCommandInput,
    sdk.DescribeOrganizationalUnitCommandOutput
  >({
    action: "organizations:DescribeOrganizationalUnit",
    target: organizationTarget(
      "ou",
      (input: sdk.DescribeOrganizationalUnitCommandInput) => input.OrganizationalUnitId,
    ),
    async run(context, input) {
      return {
        OrganizationalUnit: await describeUnit(
          context,
          await findUnit(context, input.OrganizationalUnitId ?? ""),
        ),
      };
    },
  }),

  UpdateOrganizationalUnit: operation<
    sdk.UpdateOrganizationalUnitCommandInput,
    sdk.UpdateOrganizationalUnitCommandOutput
  >({
    action: "organizations:UpdateOrganizationalUnit",
    target: organizationTarget(
      "ou",
      (input: sdk.UpdateOrganizationalUnitCommandInput) => input.OrganizationalUnitId,
    ),
    async run(context, input) {
      const before = await findUnit(context, input.OrganizationalUnitId ?? "");
      const after = { ...before, name: input.Name ?? before.name };
      if (after.name.toLowerCase() !== before.name.toLowerCase()) {
        await claimName(context, after);
        context.unit.delete(nameClaim(context, before), { expect: "any" });
      }
      context.unit.put(organizationalUnitKey(context.account, before.id), after);
      return { OrganizationalUnit: await describeUnit(context, after) };
    },
  }),

  DeleteOrganizationalUnit: operation<
    sdk.DeleteOrganizationalUnitCommandInput,
    sdk.DeleteOrganizationalUnitCommandOutput
  >({
    action: "organizations:DeleteOrganizationalUnit",
    target: organizationTarget(
      "ou",
      (input: sdk.DeleteOrganizationalUnitCommandInput) => input.OrganizationalUnitId,
    ),
    async run(context, input) {
      const { account, unit } = context;
      const organization = await findOrganization(context);
      const removed = await findUnit(context, input.OrganizationalUnitId ?? "");
      unit.deleteCounter(
        childrenCountKey(account, removed.id),
        ["children"],
        () =>
          new ApiError(
            "OrganizationalUnitNotEmptyException",
            "The specified organizational unit is not empty. Move all accounts to another root or to other OUs, remove all child OUs, and try the operation again.",
          ),
      );
      unit.delete(organizationalUnitKey(account, removed.id));
      unit.delete(childKey(account, removed.parentId, "ou", removed.id), { expect: "any" });
      unit.delete(nameClaim(context, removed), { expect: "any" });
      unit.count(childrenCountKey(account, removed.parentId), "children", -1);
      const { [removed.id]: attached = [], ...others } = organization.attached;
      for (const policyId of attached)
        removeAttachmentEntry(context, organization, policyId, removed.id);
      saveOrganization(context, { ...organization, attached: others });
      return {};
    },
  }),

  ListOrganizationalUnitsForParent: operation<
    sdk.ListOrganizationalUnitsForParentCommandInput,
    sdk.ListOrganizationalUnitsForParentCommandOutput
  >({
    action: "organizations:ListOrganizationalUnitsForParent",
    target: organizationTarget(
      "ou",
      (input: sdk.ListOrganizationalUnitsForParentCommandInput) => input.ParentId,
    ),
    async run(context, input) {
      const { account, unit } = context;
      const parent = await findParent(context, input.ParentId ?? "");
      const list = { account, partition: partitionOf("children", parent.id), prefix: "ou/" };
      const { items, ...rest } = await organizationPage<{ readonly id: string }>(unit, list, input);
      const units = await unit.getAll(
        items.map(({ data }) => organizationalUnitKey(account, data.id)),
      );
      const described = units
        .filter((found) => found !== undefined)
        .map((found) => describeUnit(context, found));
      return { OrganizationalUnits: await Promise.all(described), ...rest };
    },
  }),

  ListChildren: operation<sdk.ListChildrenCommandInput, sdk.ListChildrenCommandOutput>({
    action: "organizations:ListChildren",
    target: organizationTarget("ou", (input: sdk.ListChildrenCommandInput) => input.ParentId),
    async run(context, input) {
      const parent = await findParent(context, input.ParentId ?? "");
      const type = input.ChildType === "ACCOUNT" ? "ACCOUNT" : "ORGANIZATIONAL_UNIT";
      const prefix = type === "ACCOUNT" ? "account/" : "ou/";
      const list = {
        account: context.account,
        partition: partitionOf("children", parent.id),
        prefix,
      };
      const { items, ...rest } = await organizationPage<{ readonly id: string }>(
        context.unit,
        list,
        input,
      );
      return { Children: items.map(({ data }) => ({ Id: data.id, Type: type })), ...rest };
    },
  }),

  ListParents: operation<sdk.ListParentsCommandInput, sdk.ListParentsCommandOutput>({
    action: "organizations:ListParents",
    target: organizationTarget("ou", (input: sdk.ListParentsCommandInput) => input.ChildId),
    async run(context, input) {
      const { account, unit } = context;
      const id = input.ChildId ?? "";
      const child = /^\d{12}$/.test(id)
        ? await unit.get(memberKey(account, id))
        : await unit.get(organizationalUnitKey(account, id));
      if (child === undefined) {
        throw new ApiError(
          "ChildNotFoundException",
          "You specified an organizational unit or account that doesn't exist.",
        );
      }
      const type = child.parentId.startsWith("r-") ? "ROOT" : "ORGANIZATIONAL_UNIT";
      const { items, ...rest } = await organizationSlice(
        [{ Id: child.parentId, Type: type } as const],
        input,
      );
      return { Parents: [...items], ...rest };
    },
  }),
} as const;

const nameClaim = ({ account }: OperationContext, { parentId, name }: OrganizationalUnitRecord) =>
  claimKey(account, "ou-name", `${parentId}/${name}`);

/** Claims a unit's name. Names are unique below one parent, without regard to case. */
async function claimName(context: OperationContext, unit: OrganizationalUnitRecord): Promise<void> {
  const claim = nameClaim(context, unit);
  if (await context.unit.get(claim)) {
    throw new ApiError(
      "DuplicateOrganizationalUnitException",
      "An OU with the same name already exists.",
    );
  }
  context.unit.put(claim, { id: unit.id });
}

async function describeUnit(
  context: OperationContext,
  { id, name, path }: OrganizationalUnitRecord,
): Promise<sdk.OrganizationalUnit> {
  const organization = await findOrganization(context);
  return {
    Id: id,
    Arn: organizationArn(organization, "ou", id),
    Name: name,
    Path: `${organization.id}/${path.join("/")}/`,
  };
}
