/**
 * Kinds of partitions (up to the first slash) that the management account keeps for the whole installation: its keys, its
 * organization, whose alias is whose. They are no part of that account, and never go elsewhere with it.
 */
const OF_INSTALLATION: ReadonlySet<string> = new Set([
  "account-alias",
  "account-requests",
  "children",
  "email",
  "keyring",
  "member",
  "members",
  "organization",
  "organizational-unit",
  "ou-name",
  "policy-name",
  "purge",
  "service-control-policies",
  "service-control-policy",
  "signing-keys",
]);

/** Kinds of partitions that are written some time after something was used, whatever else goes on. */
const OF_USAGE: ReadonlySet<string> = new Set(["key-usage", "last-accessed", "last-used"]);

export const belongsToInstallation = (partition: string): boolean =>
  OF_INSTALLATION.has(kindOf(partition));

export const recordsUsage = (partition: string): boolean => OF_USAGE.has(kindOf(partition));

/** An account's own record, in its copies. */
export const isAccountRecord = (partition: string): boolean => kindOf(partition) === "account";

const kindOf = (partition: string): string => partition.split("/", 1)[0] ?? "";
