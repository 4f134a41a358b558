import { ACCOUNT_COPIES, type AccountRecord, accountKey } from "../record/account.ts";
import type { UnitOfWork } from "../storage/unit-of-work.ts";

/**
 * Increments an account's policy epoch. Each change to shared documents calls this in its unit of
 * work. All copies are written, on condition that the first one is unchanged; they always change
 * together.
 */
export async function incrementEpoch(
  { account, unit }: { readonly account: string; readonly unit: UnitOfWork },
  change: (record: AccountRecord) => AccountRecord = (record) => record,
): Promise<void> {
  const record = await unit.get(accountKey(account));
  if (record === undefined) throw new Error(`account ${account} has no account record`);
  const changed = change(record);
  for (let copy = 0; copy < ACCOUNT_COPIES; copy++) {
    unit.put(accountKey(account, copy), changed, copy === 0 ? {} : { expect: "any" });
  }
}
