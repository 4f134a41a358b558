import type { Key } from "../storage/store.ts";
import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";
import type { Tag } from "./tag.ts";

/**
 * The organization, as decisions need it. The management account stores it in `ACCOUNT_COPIES`
 * equal copies, as an account's record. Its version is the epoch of all service control policies.
 * INVARIANT: a change of such a policy's document, or of what is attached to the root or to a unit,
 * writes this record in the same transaction. An account's own attachments are in the account's
 * record.
 */
export interface OrganizationRecord {
  /** `o-` and 10 letters or digits. */
  readonly id: string;
  readonly managementAccount: string;
  readonly createdAt: string;
  /** `r-` and 4 letters or digits. */
  readonly rootId: string;
  /** Whether service control policies are enabled. */
  readonly serviceControlEnabled: boolean;
  /** Ids of the service control policies attached to the root and to units. */
  readonly attached: Readonly<Record<string, readonly string[]>>;
  /**
   * The current generation of attachments. 0 until the policies are disabled for the first time.
   */
  readonly attachmentGeneration?: number;
  readonly rootTags: readonly Tag[];
}

/** The key of one copy of the organization's record. */
export const organizationKey = (
  managementAccount: string,
  copy = 0,
): RecordKey<OrganizationRecord> => ({
  account: managementAccount,
  partition: partitionOf("organization", String(copy)),
  sort: "record",
});

/** An organizational unit. `path` has ids from the root down to the unit itself. */
export interface OrganizationalUnitRecord {
  /** `ou-`, the root's letters, `-` and 8 letters or digits. */
  readonly id: string;
  readonly name: string;
  readonly parentId: string;
  readonly path: readonly string[];
  readonly tags: readonly Tag[];
}

/** The key of an organizational unit. */
export const organizationalUnitKey = (
  managementAccount: string,
  id: string,
): RecordKey<OrganizationalUnitRecord> => ({
  account: managementAccount,
  partition: partitionOf("organizational-unit", id),
  sort: "record",
});

/** An account as a member of the organization. */
export interface MemberRecord {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly status: "ACTIVE" | "SUSPENDED";
  readonly joinedMethod: "CREATED" | "INVITED";
  readonly joinedAt: string;
  readonly closedAt?: string;
  /** Id of the root or of a unit. */
  readonly parentId: string;
  readonly tags: readonly Tag[];
}

/** The key of a member account. */
export const memberKey = (managementAccount: string, id: string): RecordKey<MemberRecord> => ({
  account: managementAccount,
  partition: partitionOf("member", id),
  sort: "record",
});

/** The key of a member account's entry in the list that ListAccounts reads. */
export const memberEntryKey = (
  managementAccount: string,
  id: string,
): RecordKey<{ readonly id: string }> => ({
  account: managementAccount,
  partition: partitionOf("members"),
  sort: id,
});

/** The key of a child's entry under the root or a unit: `ou/<id>` or `account/<id>`. */
export const childKey = (
  managementAccount: string,
  parentId: string,
  kind: "ou" | "account",
  id: string,
): RecordKey<{ readonly id: string }> => ({
  account: managementAccount,
  partition: partitionOf("children", parentId),
  sort: `${kind}/${id}`,
});

/** The key of the counter record of the root or a unit. Counter: `children`. */
export const childrenCountKey = (managementAccount: string, parentId: string): Key => ({
  account: managementAccount,
  partition: partitionOf("children", parentId),
  sort: "count",
});

/**
 * The key that makes a name unique: of units within a parent, of policies, or of accounts' e-mail
 * addresses.
 */
export const claimKey = (
  managementAccount: string,
  kind: "ou-name" | "policy-name" | "email",
  name: string,
): RecordKey<{ readonly id: string }> => ({
  account: managementAccount,
  partition: partitionOf(kind, name.toLowerCase()),
  sort: "claim",
});

/** The result of a CreateAccount call. */
export interface AccountRequestRecord {
  /** `car-` and 32 letters or digits. */
  readonly id: string;
  readonly accountName: string;
  readonly state: "SUCCEEDED" | "FAILED";
  readonly requestedAt: string;
  readonly accountId?: string;
  readonly failureReason?: "EMAIL_ALREADY_EXISTS";
}

/** The key of a CreateAccount result. */
export const accountRequestKey = (
  managementAccount: string,
  id: string,
): RecordKey<AccountRequestRecord> => ({
  account: managementAccount,
  partition: partitionOf("account-requests"),
  sort: id,
});

/** A service control policy. */
export interface ServiceControlPolicyRecord {
  /** `p-` and 8 or more letters or digits. */
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly document: string;
  readonly tags: readonly Tag[];
}

/** The key of a service control policy. */
export const serviceControlPolicyKey = (
  managementAccount: string,
  id: string,
): RecordKey<ServiceControlPolicyRecord> => ({
  account: managementAccount,
  partition: partitionOf("service-control-policy", id),
  sort: "record",
});

/** The key of a service control policy's entry in the list of all. */
export const policyEntryKey = (
  managementAccount: string,
  id: string,
): RecordKey<{ readonly id: string }> => ({
  account: managementAccount,
  partition: partitionOf("service-control-policies"),
  sort: id,
});

/**
 * AWS's own policy, attached to every new root, unit and account. It is never read from storage.
 */
export const FULL_AWS_ACCESS = {
  id: "p-FullAWSAccess",
  name: "FullAWSAccess",
  description: "Allows access to every operation",
  document: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}',
} as const;
