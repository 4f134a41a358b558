import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";

/** Whose alias it is. Aliases are unique in an installation, so the management account keeps them all. */
export interface AccountAliasRecord {
  readonly account: string;
}

export const accountAliasKey = (
  managementAccount: string,
  alias: string,
): RecordKey<AccountAliasRecord> => ({
  account: managementAccount,
  partition: partitionOf("account-alias", alias),
  sort: "record",
});
