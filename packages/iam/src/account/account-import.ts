import type { OrganizationScope } from "../organization/organization.ts";
import { ACCOUNT_COPIES, type AccountRecord, accountKey } from "../record/account.ts";
import { accountAliasKey } from "../record/account-alias.ts";
import { memberKey, organizationKey } from "../record/organization.ts";
import { type RootRecord, rootKey } from "../record/root.ts";
import type { UnitOfWork } from "../storage/unit-of-work.ts";

/** An account as it left: what its export says of it besides its items. */
export interface ExportedAccount {
  readonly id: string;
  /** Where it came from. */
  readonly managementAccount: string;
  readonly organizationId?: string;
  readonly record: AccountRecord;
  readonly root: RootRecord;
}

/**
 * Where an export may go. `silo`: an installation of the account's own, which keeps its own root keys besides. `restore`: back to
 * the organization that it left.
 */
export type ImportDestination = "silo" | "restore";

/** @throws {RangeError} in one sentence, when the account has no place in this installation */
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

/** Which import is under way in an account; undefined: none. */
export async function importInProgress(
  { unit }: Pick<OrganizationScope, "unit">,
  id: string,
): Promise<string | undefined> {
  return (await unit.get(accountKey(id)))?.arriving;
}

/** From now on every request of the account is refused, until the import named `arrival` is complete. */
export async function beginImport(
  { unit }: Pick<OrganizationScope, "unit">,
  id: string,
  arrival: string,
): Promise<void> {
  const record = await unit.get(accountKey(id));
  if (record === undefined) throw new Error(`account ${id} has no account record`);
  saveAccount(unit, { ...record, status: "SUSPENDED", arriving: arrival });
}

/**
 * The last step: the account's own record and root user, and with them its requests are answered again; but not if the account was
 * closed while its import was under way.
 * @returns an alias that the account had and that somebody else has here
 * @throws {RangeError} in one sentence, when the account has no place in this installation any more
 */
export async function completeImport(
  { unit, settings: { managementAccount } }: OrganizationScope,
  departed: ExportedAccount,
  destination: ImportDestination,
): Promise<{ readonly lostAlias?: string }> {
  const { id } = departed;
  // Closing an account writes its record, as this does: of both at once one is told to begin anew, and finds what the other did.
  await importDestination({ unit, settings: { managementAccount } }, departed);
  const here = await unit.get(accountKey(id));
  if (here === undefined) throw new Error(`account ${id} has no account record`);
  const lostAlias = await moveAlias(
    { unit, settings: { managementAccount } },
    id,
    here.alias,
    departed.record.alias,
  );
  const { alias, ...record } = placed(departed.record, here);
  saveAccount(unit, alias === undefined || alias === lostAlias ? record : { ...record, alias });
  // The password that a deployment named there says nothing here, and a recovery code is for one
  // use in one installation.
  const { deployedPasswordHash: _, recovery: __, ...departedRoot } = departed.root;
  const root = await unit.get(rootKey(id));
  unit.put(
    rootKey(id),
    destination === "silo" && root ? withRootOf(departedRoot, root) : departedRoot,
  );
  return lostAlias === undefined ? {} : { lostAlias };
}

/**
 * INVARIANT: where an account stands (its organization, its unit, its guardrails) is told by the installation that it is in,
 * never by an export.
 */
function placed(departed: AccountRecord, here: AccountRecord): AccountRecord {
  const {
    arriving: _,
    organizationId: __,
    organizationPath: ___,
    managementPath: ____,
    serviceControlPolicies: _____,
    attachmentGeneration: ______,
    ...record
  } = departed;
  const { organizationId, organizationPath, managementPath } = here;
  const { serviceControlPolicies, attachmentGeneration } = here;
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

/** The operator of a silo is not locked out by whom it takes in: its keys stay, and its password where none came along. */
function withRootOf(departed: RootRecord, here: RootRecord): RootRecord {
  const accessKeys = [...new Set([...departed.accessKeys, ...here.accessKeys])];
  const { mfaDevices: _, ...own } = here;
  return { ...own, ...departed, accessKeys };
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
