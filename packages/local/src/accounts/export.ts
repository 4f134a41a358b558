import { createHash } from "node:crypto";
import { accountKey } from "@portcullis/iam/record/account";
import { organizationKey } from "@portcullis/iam/record/organization";
import { belongsToInstallation, recordsUsage } from "@portcullis/iam/record/partition";
import { reseal } from "@portcullis/iam/sealed-texts";
import { unitOfWork } from "@portcullis/iam/unit-of-work";
import { type AccountItem, accountPages } from "@portcullis/store/account-items";
import { LocalError } from "../engine/index.ts";
import {
  createExportFile,
  type ExportedItem,
  type ExportHeader,
  FORMAT,
  VERSION,
} from "./export-file.ts";
import { type ExportKeys, makeExportKey } from "./export-key.ts";
import type { AccountPlace } from "./place.ts";

/** As often as this the whole account is read, until it was twice the same. */
const READINGS = 6;

/**
 * Writes an account to a file, as it was at one moment. A scan takes a while, in which the account may change, so it is read until two
 * readings on end are the same: what was so before and after the moment between them was so at that moment, since records' versions
 * only ever grow. What was used when is left out of the comparison: that changes all the time.
 * @returns the number of items
 * @throws {LocalError}
 */
export async function exportAccount(
  place: AccountPlace,
  account: string,
  {
    path,
    passphrase,
    now,
  }: { readonly path: string; readonly passphrase: string; readonly now: Date },
): Promise<number> {
  const unit = unitOfWork(place.store);
  const record = await unit.get(accountKey(account));
  if (record === undefined)
    throw new LocalError(`There is no account ${account} in this installation.`);
  // What is there of it can be anything.
  if (record.arriving !== undefined)
    throw new LocalError(`Account ${account} is only half imported: finish its import first.`);
  const organization = await unit.get(organizationKey(place.managementAccount));
  const { key, keys } = await makeExportKey(passphrase);
  const header: ExportHeader = {
    format: FORMAT,
    version: VERSION,
    account,
    managementAccount: place.managementAccount,
    ...(organization === undefined ? {} : { organizationId: organization.id }),
    exportedAt: now.toISOString(),
    key,
  };
  const file = await createExportFile(path, { header, keys });
  try {
    let before: bigint | undefined;
    for (let reading = 1; reading <= READINGS; reading++) {
      const digest = createDigest();
      const count = await file.write(itemsOf(place, account, { keys, now, notice: digest.add }));
      if (digest.value() === before) {
        await file.publish();
        return count;
      }
      before = digest.value();
    }
  } finally {
    await file.close();
  }
  throw new LocalError(
    `Account ${account} changed whenever it was read, ${READINGS} times: try again when it is quieter, or close it first.`,
  );
}

async function* itemsOf(
  { table, sealer }: AccountPlace,
  account: string,
  reading: {
    readonly keys: ExportKeys;
    readonly now: Date;
    readonly notice: (item: AccountItem) => void;
  },
): AsyncGenerator<ExportedItem, void, undefined> {
  const nowSeconds = reading.now.getTime() / 1000;
  for await (const { items } of accountPages(table, account)) {
    for (const item of items) {
      const { key, record, counters = {} } = item;
      const { partition, sort } = key;
      if (belongsToInstallation(partition)) continue;
      if (record?.expiresAt !== undefined && record.expiresAt <= nowSeconds) continue;
      if (!recordsUsage(partition)) reading.notice(item);
      if (record === undefined) yield { partition, sort, counters };
      else {
        const data = reseal(key, record.data, sealer, reading.keys.sealer);
        yield {
          partition,
          sort,
          data,
          ...(record.expiresAt ? { expiresAt: record.expiresAt } : {}),
        };
      }
    }
  }
}

/** Of items in any order: the sum of a hash of each. */
function createDigest() {
  let sum = 0n;
  return {
    add({ key, record, counters = {} }: AccountItem): void {
      const content = record?.version ?? Object.entries(counters).sort();
      const hash = createHash("sha256").update(JSON.stringify([key.partition, key.sort, content]));
      sum = (sum + BigInt(`0x${hash.digest("hex")}`)) % 2n ** 256n;
    },
    value: () => sum,
  };
}
