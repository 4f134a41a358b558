import type { OrganizationScope } from "../organization/organization.ts";
import { ACCOUNT_COPIES, type AccountRecord, accountKey } from "../record/account.ts";
import { accountAliasKey } from "../record/account-alias.ts";
import { memberKey, organizationKey } from "../record/organization.ts";
import { type RootRecord, rootKey } from "../record/root.ts";
import type { UnitOfWork } from "../storage/unit-of-work.ts";

/** The account in an export, besides its items. */
export interface ExportedAccount {
  readonly id: string;
  /** The management account of the installation that it was exported from. */
  readonly managementAccount: string;
  readonly organizationId?: string;
  readonly record: AccountRecord;
  readonly root: RootRecord;
}

/**
 * Kind of import. `silo`: into an installation of the account's own, which keeps its root keys.
 * `restore`: back into the organization that it was exported from.
 */
export type ImportDestination = "silo" | "restore";

/**
 * Returns how this installation can import the account.
 * @throws {RangeError} if it can't, with a one-sentence message for the operator
 */
export async function importDestination(
  { unit, settings: { managementAccount } }: OrganizationScope,
  { id, organizationId }: Pick<ExportedAccount, "id" | "organizationId">,
): Promise<ImportDestination> {
  const record = await unit.get(accountKey(id));
  if (id === managementAccount) {
    if (record === undefined)
      throw new RangeError(
        `the installation of account ${id} has not been set up: start or deploy it once first`,
      );
    return "silo";
  }
  const organization = await unit.get(organizationKey(managementAccount));
  if (organization === undefined || organization.id !== organizationId) {
    throw new RangeError(
      `account ${id} can be imported into an installation whose management account it is, or back into the organization that it was exported from; this is the installation of ${managementAccount}, and neither`,
    );
  }
  const member = await unit.get(memberKey(managementAccount, id));
  if (member === undefined || record === undefined)
    throw new RangeError(`account ${id} is no longer in this organization: it was purged`);
  if (member.status !== "ACTIVE")
    throw new RangeError(
      `account ${id} was closed at ${member.closedAt}: what is closed can't be restored`,
    );
  return "restore";
}

/** Returns the id of the import in progress in an account. Undefined: none. */
export async function importInProgress(
  { unit }: Pick<OrganizationScope, "unit">,
  id: string,
): Promise<string | undefined> {
  return (await unit.get(accountKey(id)))?.arriving;
}

/**
 * Suspends an account until the import with this id is complete. Every request of the account is
 * refused meanwhile.
 */
export async function beginImport(
  { unit }: Pick<OrganizationScope, "unit">,
  id: string,
  importId: string,
): Promise<void> {
  const record = await unit.get(accountKey(id));
  if (record === undefined) throw new Error(`account ${id} has no account record`);
  saveAccount(unit, { ...record, status: "SUSPENDED", arriving: importId });
}

/**
 * Writes the account's own record and root user as the last step of an import, which ends the
 * suspension. Fails if the account was closed meanwhile.
 * @returns the account's former alias, if another account has it by now
 * @throws {RangeError} if the account can no longer be imported here, with a one-sentence message
 */
export async function completeImport(
  { unit, settings: { managementAccount } }: OrganizationScope,
  exported: ExportedAccount,
  destination: ImportDestination,
): Promise<{ readonly lostAlias?: string }> {
  const { id } = exported;
  // CloseAccount writes the same record. If both run at once, one of the two transactions
  // conflicts, starts again and sees what the other wrote.
  await importDestination({ unit, settings: { managementAccount } }, exported);
  const current = await unit.get(accountKey(id));
  if (current === undefined) throw new Error(`account ${id} has no account record`);
  const lostAlias = await moveAlias(
    { unit, settings: { managementAccount } },
    id,
    current.alias,
    exported.record.alias,
  );
  const { alias, ...record } = withMembershipOf(exported.record, current);
  saveAccount(unit, alias === undefined || alias === lostAlias ? record : { ...record, alias });
  // Not imported: the deployment password of the former installation, and its recovery code, which
  // is valid once and in that installation only.
  const { deployedPasswordHash: _, recovery: __, ...exportedRoot } = exported.root;
  const root = await unit.get(rootKey(id));
  unit.put(
    rootKey(id),
    destination === "silo" && root ? mergeRoots(exportedRoot, root) : exportedRoot,
  );
  return lostAlias === undefined ? {} : { lostAlias };
}

/**
 * INVARIANT: an account's organization, unit and guardrails come from the installation that it is
 * in, never from an export.
 */
function withMembershipOf(exported: AccountRecord, current: AccountRecord): AccountRecord {
  const {
    arriving: _,
    organizationId: __,
    organizationPath: ___,
    managementPath: ____,
    serviceControlPolicies: _____,
    attachmentGeneration: ______,
    ...record
  } = exported;
  const { organizationId, organizationPath, managementPath } = current;
  const { serviceControlPolicies, attachmentGeneration } = current;
  return {
    ...record,
    status: "ACTIVE",
    ...(organizationId === undefined ? {} : { organizationId }),
    ...(organizationPath === undefined ? {} : { organizationPath }),
    ...(managementPath === undefined ? {} : { managementPath }),
    ...(serviceControlPolicies === undefined ? {} : { serviceControlPolicies }),
    ...(attachmentGeneration === undefined ? {} : { attachmentGeneration }),
  };
}

/**
 * Merges the root users. The silo's own root keys stay valid, so that the import does not lock its
 * operator out. Its password stays if the export has none.
 */
function mergeRoots(exported: RootRecord, current: RootRecord): RootRecord {
  const accessKeys = [...new Set([...exported.accessKeys, ...current.accessKeys])];
  const { mfaDevices: _, ...own } = current;
  return { ...own, ...exported, accessKeys };
}

async function moveAlias(
  { unit, settings: { managementAccount } }: OrganizationScope,
  id: string,
  before: string | undefined,
  wanted: string | undefined,
): Promise<string | undefined> {
  const claim = (alias: string) => accountAliasKey(managementAccount, alias);
  if (before !== undefined && before !== wanted) {
    const owner = await unit.get(claim(before));
    if (owner?.account === id) unit.delete(claim(before));
  }
  if (wanted === undefined) return undefined;
  const owner = await unit.get(claim(wanted));
  if (owner !== undefined) return owner.account === id ? undefined : wanted;
  unit.put(claim(wanted), { account: id });
  return undefined;
}

function saveAccount(unit: UnitOfWork, record: AccountRecord): void {
  for (let copy = 0; copy < ACCOUNT_COPIES; copy++)
    unit.put(accountKey(record.id, copy), record, copy === 0 ? {} : { expect: "any" });
}
