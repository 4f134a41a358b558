import { DAY_MILLISECONDS } from "../day.ts";
import { removeAttachmentEntry } from "../organization/attachment-entry.ts";
import type { OrganizationScope } from "../organization/organization.ts";
import {
  findDelegatedAdministrator,
  saveDelegatedAdministrator,
} from "../organization/trusted-access.ts";
import { ACCOUNT_COPIES, accountKey } from "../record/account.ts";
import { accountAliasKey } from "../record/account-alias.ts";
import {
  childKey,
  childrenCountKey,
  claimKey,
  type MemberRecord,
  memberEntryKey,
  memberKey,
  organizationKey,
} from "../record/organization.ts";
import { purgeKey } from "../record/purge.ts";
import { generationOf } from "../record/service-control-attachment.ts";

/**
 * Returns a closed account whose retention period is over.
 * @throws {RangeError} if it may not be purged, with a one-sentence message for the operator
 */
export async function findPurgeable(
  { unit, settings: { managementAccount } }: OrganizationScope,
  id: string,
  { now, afterDays }: { readonly now: Date; readonly afterDays: number },
): Promise<MemberRecord> {
  if (id === managementAccount) throw new RangeError("the management account can't be purged");
  const member = await unit.get(memberKey(managementAccount, id));
  if (member === undefined)
    throw new RangeError(`account ${id} is not in this organization, or has been purged already`);
  if (member.status !== "SUSPENDED" || member.closedAt === undefined)
    throw new RangeError(
      `account ${id} is not closed: close it first (organizations CloseAccount)`,
    );
  const purgeableAt = new Date(Date.parse(member.closedAt) + afterDays * DAY_MILLISECONDS);
  if (now < purgeableAt) {
    throw new RangeError(
      `account ${id} was closed at ${member.closedAt}: it can be purged from ${purgeableAt.toISOString()} on, ${afterDays} days later`,
    );
  }
  return member;
}

/**
 * Removes an account from the organization as the last step of a purge, after all its other items.
 * Its email address, alias and id become free.
 */
export async function removeMember(
  { unit, settings: { managementAccount } }: OrganizationScope,
  id: string,
): Promise<void> {
  // The delete requires the record unchanged: of two concurrent purges, only one decrements the
  // counters.
  const member = await unit.get(memberKey(managementAccount, id));
  if (member === undefined) return;
  unit.delete(memberKey(managementAccount, id));
  unit.delete(memberEntryKey(managementAccount, id), { expect: "any" });
  unit.delete(childKey(managementAccount, member.parentId, "account", id), { expect: "any" });
  unit.count(childrenCountKey(managementAccount, member.parentId), "children", -1);
  const email = claimKey(managementAccount, "email", member.email);
  if ((await unit.get(email))?.id === id) unit.delete(email);

  const scope = { unit, settings: { managementAccount } };
  if (await findDelegatedAdministrator(scope, id)) await saveDelegatedAdministrator(scope, id, {});

  const record = await unit.get(accountKey(id));
  const organization = await unit.get(organizationKey(managementAccount));
  if (record && organization) {
    for (const policy of record.serviceControlPolicies ?? [])
      removeAttachmentEntry(scope, organization, policy, id, generationOf(record));
  }
  const { alias } = record ?? {};
  const aliasKey = alias === undefined ? undefined : accountAliasKey(managementAccount, alias);
  if (aliasKey !== undefined && (await unit.get(aliasKey))?.account === id) unit.delete(aliasKey);
  for (let copy = 0; copy < ACCOUNT_COPIES; copy++)
    unit.delete(accountKey(id, copy), { expect: "any" });
  unit.delete(purgeKey(managementAccount, id), { expect: "any" });
}
