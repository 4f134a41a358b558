import { removeAttachmentEntry } from "../organization/attachment-entry.ts";
import type { OrganizationScope } from "../organization/organization.ts";
import { findAdministrator, saveAdministrator } from "../organization/trusted-access.ts";
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
 * A closed account whose time has come.
 * @throws {RangeError} in one sentence, when it may not be purged
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
  const purgeableAt = new Date(Date.parse(member.closedAt) + afterDays * 86_400_000);
  if (now < purgeableAt) {
    throw new RangeError(
      `account ${id} was closed at ${member.closedAt}: it can be purged from ${purgeableAt.toISOString()} on, ${afterDays} days later`,
    );
  }
  return member;
}

/**
 * The last step of a purge, when nothing is left of the account but its own record: that goes, and all that the organization knew of
 * the account: its e-mail address, its alias and its id are free again.
 */
export async function removeMember(
  { unit, settings: { managementAccount } }: OrganizationScope,
  id: string,
): Promise<void> {
  // As it was read: of two who purge at once, one counts it down.
  const member = await unit.get(memberKey(managementAccount, id));
  if (member === undefined) return;
  unit.delete(memberKey(managementAccount, id));
  unit.delete(memberEntryKey(managementAccount, id), { expect: "any" });
  unit.delete(childKey(managementAccount, member.parentId, "account", id), { expect: "any" });
  unit.count(childrenCountKey(managementAccount, member.parentId), "children", -1);
  const email = claimKey(managementAccount, "email", member.email);
  if ((await unit.get(email))?.id === id) unit.delete(email);

  const scope = { unit, settings: { managementAccount } };
  if (await findAdministrator(scope, id)) await saveAdministrator(scope, id, {});

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
