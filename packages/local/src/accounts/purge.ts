import { findPurgeable, removeMember } from "@portcullis/iam/account-removal";
import { isAccountRecord } from "@portcullis/iam/record/partition";
import { type PurgeRecord, purgeKey } from "@portcullis/iam/record/purge";
import { atomically } from "@portcullis/iam/unit-of-work";
import { accountPages, deleteAccountItems } from "@portcullis/store/account-items";
import type { OperatedInstallation } from "./operated-installation.ts";

/** Progress is saved at least every so many pages of the table. */
const PAGES_BETWEEN_NOTES = 20;

/**
 * Deletes all items of a closed account, then its entry in the organization. An interrupted purge
 * continues where it was: the account stays closed until its last item is deleted, together with
 * its entry.
 * @returns the number of items deleted, by this run and the interrupted ones before it
 * @throws {RangeError} in one sentence, if the account may not be purged
 */
export async function purgeAccount(
  { store, table, managementAccount }: OperatedInstallation,
  account: string,
  { now, afterDays }: { readonly now: Date; readonly afterDays: number },
): Promise<number> {
  const settings = { managementAccount };
  const key = purgeKey(managementAccount, account);
  const before = await atomically(store, async (unit) => {
    await findPurgeable({ unit, settings }, account, { now, afterDays });
    return unit.get(key);
  });
  const startedAt = before?.startedAt ?? now.toISOString();
  let deleted = before?.deleted ?? 0;
  let unnoted = 0;
  for await (const { items, next } of accountPages(table, account, before?.position)) {
    const doomed = items
      .map((item) => item.key)
      .filter(({ partition }) => !isAccountRecord(partition));
    await deleteAccountItems(table, doomed);
    deleted += doomed.length;
    unnoted++;
    if (next === undefined || (doomed.length === 0 && unnoted < PAGES_BETWEEN_NOTES)) continue;
    const data: PurgeRecord = { startedAt, deleted, position: next };
    await store.transact([{ kind: "put", key, data, expect: "any" }]);
    unnoted = 0;
  }
  await atomically(store, (unit) => removeMember({ unit, settings }, account));
  return deleted;
}
