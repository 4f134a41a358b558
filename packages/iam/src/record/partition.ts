/** What is known of a kind of partition. */
interface PartitionKind {
  /**
   * Whose it is. The management account keeps some for the whole installation: its keys, its organization, whose alias is whose.
   * They are no part of that account, and never go elsewhere with it.
   */
  readonly of: "account" | "installation";
  /** `each`: one partition for each entity, named `<kind>/<entity>`; `one`: a single partition, named as its kind. */
  readonly count: "each" | "one";
  /** Written some time after something was used, whatever else goes on. */
  readonly isUsage?: true;
}

const EACH = { of: "account", count: "each" } as const;
const ONE = { of: "account", count: "one" } as const;
const USAGE = { of: "account", count: "each", isUsage: true } as const;
const INSTALLATION_EACH = { of: "installation", count: "each" } as const;
const INSTALLATION_ONE = { of: "installation", count: "one" } as const;

/** Every kind of partition that the table holds: the records' keys and the functions' privileges are made of these. */
export const PARTITIONS = {
  "access-counts": USAGE,
  account: EACH,
  "account-alias": INSTALLATION_EACH,
  "account-counts": ONE,
  "account-requests": INSTALLATION_ONE,
  "api-policy": EACH,
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
  user: EACH,
  "user-credentials": EACH,
  users: ONE,
  "users-by-name": ONE,
  "web-identity-federation": ONE,
} as const satisfies Readonly<Record<string, PartitionKind>>;

export type Partition = keyof typeof PARTITIONS;

type Counted<Count extends PartitionKind["count"]> = {
  [Kind in Partition]: (typeof PARTITIONS)[Kind] extends { readonly count: Count } ? Kind : never;
}[Partition];

/** The name of a partition: `root`, or `user/bob` for one of many. */
export function partitionOf(kind: Counted<"one">): string;
export function partitionOf(kind: Counted<"each">, entity: string): string;
export function partitionOf(kind: Partition, entity?: string): string {
  return entity === undefined ? kind : `${kind}/${entity}`;
}

/** All partitions of a kind, as a pattern of IAM: `root`, `user/*`. */
export const partitionPattern = (kind: Partition): string =>
  PARTITIONS[kind].count === "one" ? kind : `${kind}/*`;

const of = (partition: string): PartitionKind | undefined => {
  const kind = kindOf(partition);
  return Object.hasOwn(PARTITIONS, kind) ? PARTITIONS[kind as Partition] : undefined;
};

export const belongsToInstallation = (partition: string): boolean =>
  of(partition)?.of === "installation";

export const recordsUsage = (partition: string): boolean => of(partition)?.isUsage === true;

/** An account's own record, in its copies. */
export const isAccountRecord = (partition: string): boolean => kindOf(partition) === "account";

const kindOf = (partition: string): string => partition.split("/", 1)[0] ?? "";
