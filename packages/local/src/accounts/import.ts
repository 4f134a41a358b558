import { setTimeout as sleep } from "node:timers/promises";
import {
  arrivalUnderWay,
  beginArrival,
  completeArrival,
  type DepartedAccount,
  type Destination,
  destinationOf,
} from "@portcullis/iam/account-arrival";
import { type AccountRecord, accountKey } from "@portcullis/iam/record/account";
import {
  belongsToInstallation,
  isAccountRecord,
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
import type { AccountPlace } from "./place.ts";

export interface Imported {
  readonly account: string;
  readonly destination: Destination;
  readonly items: number;
  /** The account's alias, where somebody else has it here. */
  readonly lostAlias?: string;
}

const ITEMS_AT_ONCE = 500;

/**
 * Puts an exported account in the place of what is there of it. From its first write to its last, the account refuses every request: one
 * that was interrupted is plainly not there, and running it again completes it.
 * @throws {LocalError} before anything is written
 */
export async function importAccount(
  place: AccountPlace,
  {
    path,
    passphrase,
    replace,
  }: { readonly path: string; readonly passphrase: string; readonly replace: boolean },
): Promise<Imported> {
  const opened = await openExport(path, passphrase);
  const departed = await departedAccount(opened);
  const { id } = departed;
  const inUnit = <T>(work: (unit: UnitOfWork) => Promise<T>) => atomically(place.store, work);
  const settings = { managementAccount: place.managementAccount };
  const { destination, underWay } = await inUnit(async (unit) => ({
    destination: await destinationOf({ unit, settings }, departed),
    underWay: await arrivalUnderWay({ unit }, id),
  }));
  const kept = await keptOf(place, id, destination);
  if (!replace && underWay !== opened.mac) await refuseWhereSomethingIs(place, id, kept);

  await inUnit((unit) => beginArrival({ unit }, id, opened.mac));
  // Requests that were let in before may still be under way.
  await sleep(place.settleMilliseconds);
  for await (const { items } of accountPages(place.table, id))
    await deleteAccountItems(
      place.table,
      items.map(({ key }) => key).filter((key) => !kept(key)),
    );
  const items = await putAll(place, opened, kept);
  const outcome = await inUnit((unit) =>
    completeArrival({ unit, settings }, departed, destination),
  );
  return { account: id, destination, items, ...outcome };
}

/** The account's own record and its root user are written last of all. */
const stepsAside = ({ partition, account }: Key): boolean =>
  isAccountRecord(partition) || partition === rootKey(account).partition;

/** What an import leaves alone: the installation's own, where the account stands, and the root keys by which a silo's operator gets in. */
async function keptOf(
  { store }: AccountPlace,
  id: string,
  destination: Destination,
): Promise<(key: Key) => boolean> {
  const [root] = await store.get([rootKey(id)]);
  const keys = destination === "silo" ? (root?.data.accessKeys ?? []) : [];
  const partitions = new Set(keys.map((key) => `key/${key}`));
  return (key) =>
    belongsToInstallation(key.partition) || stepsAside(key) || partitions.has(key.partition);
}

async function refuseWhereSomethingIs(
  { table }: AccountPlace,
  id: string,
  kept: (key: Key) => boolean,
): Promise<void> {
  for await (const { items } of accountPages(table, id)) {
    if (items.every(({ key }) => kept(key) || recordsUsage(key.partition))) continue;
    throw new LocalError(
      `Account ${id} is there already: give --replace to delete all that it holds and put the export in its place.`,
    );
  }
}

async function putAll(
  place: AccountPlace,
  { header, keys, items }: OpenedExport,
  skipped: (key: Key) => boolean,
): Promise<number> {
  let pending: AccountItem[] = [];
  let count = 0;
  for await (const item of items()) {
    const key = { account: header.account, partition: item.partition, sort: item.sort };
    if (skipped(key)) continue;
    pending.push(accountItem(key, item, (data) => reseal(key, data, keys.sealer, place.sealer)));
    count++;
    if (pending.length < ITEMS_AT_ONCE) continue;
    await putAccountItems(place.table, pending);
    pending = [];
  }
  await putAccountItems(place.table, pending);
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
 * A record says whose it is: a user's ARN is made of that. The tenant may know the passphrase, and so be the file's author: nobody may
 * be made in one account who is called as another's.
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

async function departedAccount({ header, items }: OpenedExport): Promise<DepartedAccount> {
  const { account: id, managementAccount, organizationId } = header;
  const own = accountKey(id).partition;
  let record: AccountRecord | undefined;
  let root: RootRecord | undefined;
  for await (const item of items()) {
    if (!("data" in item)) continue;
    refuseForeign(item.data, id);
    // Genuine, since the whole file is, and written by somebody who knows its passphrase.
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
