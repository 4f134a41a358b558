import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";

/**
 * The account that has an alias. Aliases are unique in an installation, so the management account
 * stores all of them.
 */
export interface AccountAliasRecord {
  readonly account: string;
}

/** The key of an alias. */
export const accountAliasKey = (
  managementAccount: string,
  alias: string,
): RecordKey<AccountAliasRecord> => ({
  account: managementAccount,
  partition: partitionOf("account-alias", alias),
  sort: "record",
});
