import type { OperationContext } from "../model/operation.ts";
import { accountKey } from "../record/account.ts";
import { FULL_AWS_ACCESS, type OrganizationRecord } from "../record/organization.ts";
import { partitionOf } from "../record/partition.ts";
import {
  attachedToAccount,
  generationOf,
  policyTargets,
} from "../record/service-control-attachment.ts";
import { findOrganization } from "./organization.ts";
import {
  type OrganizationPageRequest,
  organizationChain,
  organizationPage,
} from "./organization-page.ts";

interface Entry {
  readonly id: string;
}

/**
 * Returns a page of the ids of the targets that a service control policy is attached to. The page
 * is empty while the policy type is disabled.
 */
export async function policyAttachments(
  context: OperationContext,
  policyId: string,
  page: OrganizationPageRequest,
) {
  const organization = await findOrganization(context);
  if (!organization.serviceControlEnabled) return { items: [] };
  if (policyId === FULL_AWS_ACCESS.id) return targetsOfFullAccess(context, organization, page);
  const partition = policyTargets({ policyId, generation: generationOf(organization) });
  const list = { account: context.account, partition, prefix: "target/" };
  const { items, ...rest } = await organizationPage<Entry>(context.unit, list, page);
  return { items: items.map(({ data }) => data.id), ...rest };
}

/**
 * FullAWSAccess has no entries: it is attached to every target that it was not detached from. A
 * page may hold fewer items than requested, or none, and not be the last.
 */
async function targetsOfFullAccess(
  { account, unit }: OperationContext,
  organization: OrganizationRecord,
  page: OrganizationPageRequest,
) {
  const { id } = FULL_AWS_ACCESS;
  const nodes = Object.keys(organization.attached).filter((node) =>
    organization.attached[node]?.includes(id),
  );
  const members = { account, partition: partitionOf("members") };
  const { items, ...rest } = await organizationChain<Entry>(
    unit,
    nodes.map((node) => ({ id: node })),
    members,
    page,
  );
  const accounts = items.filter((item) => /^\d{12}$/.test(item.id));
  const records = await unit.getAll(accounts.map((member) => accountKey(member.id)));
  const without = new Set(
    accounts
      .filter((_, index) => {
        const record = records[index];
        return record && attachedToAccount(organization, record)?.includes(id) === false;
      })
      .map((member) => member.id),
  );
  return { items: items.map((item) => item.id).filter((item) => !without.has(item)), ...rest };
}
