import type { Key } from "../storage/store.ts";
import type { RecordKey } from "../storage/unit-of-work.ts";
import type { Tag } from "./tag.ts";

/**
 * The organization as decisions need it, in the management account, in as many equal copies as an account's record and for
 * the same reason. Its version is the epoch of all service control policies: INVARIANT: changing a policy's document, or what is attached
 * to the root or a unit, writes it in the same transaction. What is attached to an account stands in the account's own record.
 */
export interface OrganizationRecord {
  /** `o-` and 10 letters or digits. */
  readonly id: string;
  readonly managementAccount: string;
  readonly createdAt: string;
  /** `r-` and 4 letters or digits. */
  readonly rootId: string;
  /** Whether service control policies count. */
  readonly serviceControlEnabled: boolean;
  /** Ids of the service control policies attached to the root and to units. */
  readonly attached: Readonly<Record<string, readonly string[]>>;
  /** Which generation of attachments counts; 0 until the policies are disabled for the first time. */
  readonly attachmentGeneration?: number;
  readonly rootTags: readonly Tag[];
}

export const organizationKey = (
  managementAccount: string,
  copy = 0,
): RecordKey<OrganizationRecord> => ({
  account: managementAccount,
  partition: `organization/${copy}`,
  sort: "record",
});

/** The root, a unit or an account: what guardrails are attached to. `path` leads from the root down to it, itself included. */
export interface OrganizationalUnitRecord {
  /** `ou-`, the root's letters, `-` and 8 letters or digits. */
  readonly id: string;
  readonly name: string;
  readonly parentId: string;
  readonly path: readonly string[];
  readonly tags: readonly Tag[];
}

export const organizationalUnitKey = (
  managementAccount: string,
  id: string,
): RecordKey<OrganizationalUnitRecord> => ({
  account: managementAccount,
  partition: `organizational-unit/${id}`,
  sort: "record",
});

/** An account as its organization knows it. */
export interface MemberRecord {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly status: "ACTIVE" | "SUSPENDED";
  readonly joinedMethod: "CREATED" | "INVITED";
  readonly joinedAt: string;
  readonly closedAt?: string;
  /** The root's or a unit's id. */
  readonly parentId: string;
  readonly tags: readonly Tag[];
}

export const memberKey = (managementAccount: string, id: string): RecordKey<MemberRecord> => ({
  account: managementAccount,
  partition: `member/${id}`,
  sort: "record",
});

/** All accounts by id: what ListAccounts reads. */
export const memberEntryKey = (
  managementAccount: string,
  id: string,
): RecordKey<{ readonly id: string }> => ({
  account: managementAccount,
  partition: "members",
  sort: id,
});

/** What lies right below the root or a unit: `ou/<id>` and `account/<id>`. */
export const childKey = (
  managementAccount: string,
  parentId: string,
  kind: "ou" | "account",
  id: string,
): RecordKey<{ readonly id: string }> => ({
  account: managementAccount,
  partition: `children/${parentId}`,
  sort: `${kind}/${id}`,
});

/** Counter record; `children`. */
export const childrenCountKey = (managementAccount: string, parentId: string): Key => ({
  account: managementAccount,
  partition: `children/${parentId}`,
  sort: "count",
});

/** A name that may be there once only: of units below one parent, of policies, of accounts' e-mail addresses. */
export const claimKey = (
  managementAccount: string,
  kind: "ou-name" | "policy-name" | "email",
  name: string,
): RecordKey<{ readonly id: string }> => ({
  account: managementAccount,
  partition: `${kind}/${name.toLowerCase()}`,
  sort: "claim",
});

/** What became of a request for an account. */
export interface AccountRequestRecord {
  /** `car-` and 32 letters or digits. */
  readonly id: string;
  readonly accountName: string;
  readonly state: "SUCCEEDED" | "FAILED";
  readonly requestedAt: string;
  readonly accountId?: string;
  readonly failureReason?: "EMAIL_ALREADY_EXISTS";
}

export const accountRequestKey = (
  managementAccount: string,
  id: string,
): RecordKey<AccountRequestRecord> => ({
  account: managementAccount,
  partition: "account-requests",
  sort: id,
});

export interface ServiceControlPolicyRecord {
  /** `p-` and 8 or more letters or digits. */
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly document: string;
  readonly tags: readonly Tag[];
}

export const serviceControlPolicyKey = (
  managementAccount: string,
  id: string,
): RecordKey<ServiceControlPolicyRecord> => ({
  account: managementAccount,
  partition: `service-control-policy/${id}`,
  sort: "record",
});

export const policyEntryKey = (
  managementAccount: string,
  id: string,
): RecordKey<{ readonly id: string }> => ({
  account: managementAccount,
  partition: "service-control-policies",
  sort: id,
});

/** AWS's own policy, which every root, unit and account has from the start; it needs no reading. */
export const FULL_AWS_ACCESS = {
  id: "p-FullAWSAccess",
  name: "FullAWSAccess",
  description: "Allows access to every operation",
  document:
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}',
} as const;
