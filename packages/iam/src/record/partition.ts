/** The properties of a kind of partition. */
interface PartitionKind {
  /**
   * The owner. The management account stores some partitions for the whole installation: key ring,
   * organization, aliases. They are not part of that account, and an export or a purge of an
   * account leaves them out.
   */
  readonly owner: "account" | "installation";
  /**
   * `each`: one partition for each entity, named `<kind>/<entity>`. `one`: a single partition,
   * named as its kind.
   */
  readonly count: "each" | "one";
  /** Written asynchronously, after something was used. */
  readonly isUsage?: true;
}

const EACH = { owner: "account", count: "each" } as const;
const ONE = { owner: "account", count: "one" } as const;
const USAGE = { owner: "account", count: "each", isUsage: true } as const;
const INSTALLATION_EACH = { owner: "installation", count: "each" } as const;
const INSTALLATION_ONE = { owner: "installation", count: "one" } as const;

/**
 * Every kind of partition in the table. The keys of records and the privileges of functions are
 * made from it.
 */
export const PARTITIONS = {
  "access-counts": USAGE,
  account: EACH,
  "account-alias": INSTALLATION_EACH,
  "account-counts": ONE,
  "account-requests": INSTALLATION_ONE,
  "analyzer-findings": EACH,
  analyzers: ONE,
  "api-policy": EACH,
  "archived-findings": ONE,
  audit: USAGE,
  children: INSTALLATION_EACH,
  "credential-report": ONE,
  "decision-request": USAGE,
  decisions: USAGE,
  "delegated-administrators": INSTALLATION_ONE,
  "dropped-records": USAGE,
  email: INSTALLATION_EACH,
  group: EACH,
  "group-name": EACH,
  groups: ONE,
  "groups-by-name": ONE,
  "instance-profile": EACH,
  "instance-profiles": ONE,
  key: EACH,
  "key-usage": USAGE,
  keyring: INSTALLATION_ONE,
  "last-accessed": USAGE,
  "last-accessed-job": EACH,
  "last-used": USAGE,
  "login-session": EACH,
  member: INSTALLATION_EACH,
  members: INSTALLATION_ONE,
  "mfa-device": EACH,
  "mfa-devices": EACH,
  "mfa-use": EACH,
  "oidc-provider": EACH,
  "oidc-providers": ONE,
  organization: INSTALLATION_EACH,
  "organization-settings": INSTALLATION_ONE,
  "organizational-unit": INSTALLATION_EACH,
  "ou-name": INSTALLATION_EACH,
  "password-policy": ONE,
  "password-use": EACH,
  policies: ONE,
  "policies-by-name": ONE,
  policy: EACH,
  "policy-generations": ONE,
  "policy-name": INSTALLATION_EACH,
  "policy-usage": EACH,
  purge: INSTALLATION_EACH,
  "renamed-user": EACH,
  role: EACH,
  "role-deletions": ONE,
  roles: ONE,
  "roles-by-name": ONE,
  root: ONE,
  "root-access": INSTALLATION_ONE,
  "saml-provider": EACH,
  "saml-providers": ONE,
  "server-certificate": EACH,
  "server-certificates": ONE,
  "security-token-preferences": ONE,
  "service-control-policies": INSTALLATION_ONE,
  "service-control-policy": INSTALLATION_EACH,
  "sign-in-attempts": INSTALLATION_EACH,
  "signing-keys": INSTALLATION_ONE,
  "used-assertion": EACH,
  "used-proof": EACH,
  user: EACH,
  "user-credentials": EACH,
  users: ONE,
  "users-by-name": ONE,
  "web-identity-federation": ONE,
} as const satisfies Readonly<Record<string, PartitionKind>>;

/** A kind of partition. */
export type Partition = keyof typeof PARTITIONS;

type Counted<Count extends PartitionKind["count"]> = {
  [Kind in Partition]: (typeof PARTITIONS)[Kind] extends { readonly count: Count } ? Kind : never;
}[Partition];

/** The name of a partition: `root`, or `user/bob` for an entity's. */
export function partitionOf(kind: Counted<"one">): string;
export function partitionOf(kind: Counted<"each">, entity: string): string;
export function partitionOf(kind: Partition, entity?: string): string {
  return entity === undefined ? kind : `${kind}/${entity}`;
}

/** The IAM pattern of all partitions of a kind: `root`, `user/*`. */
export const partitionPattern = (kind: Partition): string =>
  PARTITIONS[kind].count === "one" ? kind : `${kind}/*`;

const detailsOf = (partition: string): PartitionKind | undefined => {
  const kind = kindOf(partition);
  return Object.hasOwn(PARTITIONS, kind) ? PARTITIONS[kind as Partition] : undefined;
};

/** Whether the partition is the installation's, not an account's. */
export const belongsToInstallation = (partition: string): boolean =>
  detailsOf(partition)?.owner === "installation";

/** Whether the partition is written asynchronously, after something was used. */
export const recordsUsage = (partition: string): boolean => detailsOf(partition)?.isUsage === true;

/** Whether the partition contains a copy of an account's record. */
export const isAccountRecord = (partition: string): boolean => kindOf(partition) === "account";

const kindOf = (partition: string): string => partition.split("/", 1)[0] ?? "";
