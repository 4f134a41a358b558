import { setTimeout as sleep } from "node:timers/promises";
import {
  beginImport,
  completeImport,
  type ExportedAccount,
  type ImportDestination,
  importDestination,
  importInProgress,
} from "@portcullis/iam/account-import";
import { type AccountRecord, accountKey } from "@portcullis/iam/record/account";
import {
  belongsToInstallation,
  isAccountRecord,
  partitionOf,
  recordsUsage,
} from "@portcullis/iam/record/partition";
import { type RootRecord, rootKey } from "@portcullis/iam/record/root";
import { reseal } from "@portcullis/iam/sealed-texts";
import type { Key } from "@portcullis/iam/store";
import { atomically, type UnitOfWork } from "@portcullis/iam/unit-of-work";
import {
  type AccountItem,
  accountPages,
  deleteAccountItems,
  putAccountItems,
} from "@portcullis/store/account-items";
import { LocalError } from "../engine/index.ts";
import { type ExportedItem, type OpenedExport, openExport } from "./export-file.ts";
import type { OperatedInstallation } from "./operated-installation.ts";

export interface Imported {
  readonly account: string;
  readonly destination: ImportDestination;
  readonly items: number;
  /** The account's alias, if another account here has it. */
  readonly lostAlias?: string;
}

const BATCH_ITEMS = 500;

/**
 * Replaces an account by an exported one. From the first write to the last, the account refuses
 * every request. Running an interrupted import again completes it.
 * @throws {LocalError} before anything is written
 */
export async function importAccount(
  installation: OperatedInstallation,
  {
    path,
    passphrase,
    replace,
  }: { readonly path: string; readonly passphrase: string; readonly replace: boolean },
): Promise<Imported> {
  const opened = await openExport(path, passphrase);
  const exported = await exportedAccount(opened);
  const { id } = exported;
  const inUnit = <T>(work: (unit: UnitOfWork) => Promise<T>) =>
    atomically(installation.store, work);
  const settings = { managementAccount: installation.managementAccount };
  const { destination, underWay } = await inUnit(async (unit) => ({
    destination: await importDestination({ unit, settings }, exported),
    underWay: await importInProgress({ unit }, id),
  }));
  const isPreserved = await preservedKeys(installation, id, destination);
  if (!replace && underWay !== opened.mac) await refuseUnlessEmpty(installation, id, isPreserved);

  await inUnit((unit) => beginImport({ unit }, id, opened.mac));
  // Requests that were allowed before may still be in progress.
  await sleep(installation.settleMilliseconds);
  for await (const { items } of accountPages(installation.table, id))
    await deleteAccountItems(
      installation.table,
      items.map(({ key }) => key).filter((key) => !isPreserved(key)),
    );
  const items = await putAll(installation, opened, isPreserved);
  const outcome = await inUnit((unit) => completeImport({ unit, settings }, exported, destination));
  return { account: id, destination, items, ...outcome };
}

/** The account's record and its root user are written last. */
const isAccountOrRoot = ({ partition, account }: Key): boolean =>
  isAccountRecord(partition) || partition === rootKey(account).partition;

/**
 * What an import does not touch: the installation's own items, the account's path in the
 * organization, and the root keys of a silo's operator.
 */
async function preservedKeys(
  { store }: OperatedInstallation,
  id: string,
  destination: ImportDestination,
): Promise<(key: Key) => boolean> {
  const [root] = await store.get([rootKey(id)]);
  const keys = destination === "silo" ? (root?.data.accessKeys ?? []) : [];
  const partitions = new Set(keys.map((key) => partitionOf("key", key)));
  return (key) =>
    belongsToInstallation(key.partition) || isAccountOrRoot(key) || partitions.has(key.partition);
}

async function refuseUnlessEmpty(
  { table }: OperatedInstallation,
  id: string,
  isPreserved: (key: Key) => boolean,
): Promise<void> {
  for await (const { items } of accountPages(table, id)) {
    if (items.every(({ key }) => isPreserved(key) || recordsUsage(key.partition))) continue;
    throw new LocalError(
      `Account ${id} is there already: give --replace to delete all that it holds and put the export in its place.`,
    );
  }
}

async function putAll(
  installation: OperatedInstallation,
  { header, keys, items }: OpenedExport,
  skipped: (key: Key) => boolean,
): Promise<number> {
  let pending: AccountItem[] = [];
  let count = 0;
  for await (const item of items()) {
    const key = { account: header.account, partition: item.partition, sort: item.sort };
    if (skipped(key)) continue;
    pending.push(
      accountItem(key, item, (data) => reseal(key, data, keys.sealer, installation.sealer)),
    );
    count++;
    if (pending.length < BATCH_ITEMS) continue;
    await putAccountItems(installation.table, pending);
    pending = [];
  }
  await putAccountItems(installation.table, pending);
  return count;
}

function accountItem(
  key: Key,
  item: ExportedItem,
  resealed: (data: unknown) => unknown,
): AccountItem {
  if ("counters" in item) return { key, counters: item.counters };
  const expiry = item.expiresAt === undefined ? {} : { expiresAt: item.expiresAt };
  return { key, record: { data: resealed(item.data), ...expiry } };
}

/**
 * A record names its account, and a user's ARN is made from that. The tenant may know the
 * passphrase and so be the file's author: no record of one account may name another.
 */
function refuseForeign(data: unknown, id: string): void {
  if (typeof data !== "object" || data === null) return;
  for (const [name, value] of Object.entries(data)) {
    if (name === "account" && value !== id) throw foreign(String(value), id);
    refuseForeign(value, id);
  }
}

const foreign = (other: string, id: string) =>
  new LocalError(
    `The export of account ${id} holds records of account ${other}, and so is refused.`,
  );

async function exportedAccount({ header, items }: OpenedExport): Promise<ExportedAccount> {
  const { account: id, managementAccount, organizationId } = header;
  const own = accountKey(id).partition;
  let record: AccountRecord | undefined;
  let root: RootRecord | undefined;
  for await (const item of items()) {
    if (!("data" in item)) continue;
    refuseForeign(item.data, id);
    // Authentic, as the whole file is, but its author knows the passphrase.
    if (item.partition === own) record = item.data as AccountRecord;
    if (item.partition === rootKey(id).partition) root = item.data as RootRecord;
  }
  if (record === undefined || root === undefined)
    throw new LocalError(`The export lacks the record of account ${id} or its root user.`);
  if (record.id !== id) throw foreign(record.id, id);
  return {
    id,
    managementAccount,
    record,
    root,
    ...(organizationId === undefined ? {} : { organizationId }),
  };
}
