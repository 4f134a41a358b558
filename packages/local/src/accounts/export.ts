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
import type { OperatedInstallation } from "./operated-installation.ts";

/** How often the whole account is read at most, until two readings are equal. */
const READINGS = 6;

/**
 * Writes an account to a file, as it was at one moment. The account may change during a scan, so it
 * is read until two consecutive readings are equal. Versions only grow, so what was the same before
 * and after a moment was so at that moment. Last-used dates change all the time and are not
 * compared.
 * @returns the number of items
 * @throws {LocalError} if the account does not exist or does not rest
 */
export async function exportAccount(
  installation: OperatedInstallation,
  account: string,
  {
    path,
    passphrase,
    now,
  }: { readonly path: string; readonly passphrase: string; readonly now: Date },
): Promise<number> {
  const unit = unitOfWork(installation.store);
  const record = await unit.get(accountKey(account));
  if (record === undefined)
    throw new LocalError(`There is no account ${account} in this installation.`);
  // Its items are incomplete.
  if (record.arriving !== undefined)
    throw new LocalError(`Account ${account} is only half imported: finish its import first.`);
  const organization = await unit.get(organizationKey(installation.managementAccount));
  const { key, keys } = await makeExportKey(passphrase);
  const header: ExportHeader = {
    format: FORMAT,
    version: VERSION,
    account,
    managementAccount: installation.managementAccount,
    ...(organization === undefined ? {} : { organizationId: organization.id }),
    exportedAt: now.toISOString(),
    key,
  };
  const file = await createExportFile(path, { header, keys });
  try {
    let before: bigint | undefined;
    for (let reading = 1; reading <= READINGS; reading++) {
      const digest = createDigest();
      const count = await file.write(
        itemsOf(installation, account, { keys, now, notice: digest.add }),
      );
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
  { table, sealer }: OperatedInstallation,
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

/** A digest of items in any order: the sum of their hashes. */
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
