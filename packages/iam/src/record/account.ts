import type { Key } from "../storage/store.ts";
import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";

/**
 * The shared part of every decision in an account. It exists in `ACCOUNT_COPIES` equal copies,
 * because one DynamoDB item serves at most 3,000 strongly consistent reads a second. A reader reads
 * any copy. A writer writes all copies in one transaction.
 *
 * Its version is the account's policy epoch. INVARIANT: a change of what principals share (a
 * managed policy's default document, a group's policies) writes this record in the same
 * transaction, so policies compiled under its version are current while the version lasts.
 */
export interface AccountRecord {
  readonly id: string;
  readonly status: "ACTIVE" | "SUSPENDED" | "CLOSED";
  readonly createdAt: string;
  readonly alias?: string;
  /**
   * Id of the export that is being imported. The account is SUSPENDED until the import is complete.
   */
  readonly arriving?: string;
  /**
   * Names of the account's own managed policies attached to each group, by the group's unique id.
   * They save a cold reader a third read. AWS's own policies are not listed, because they are in
   * the code. Every decision reads this record, so it must stay small.
   */
  readonly groups: Readonly<Record<string, readonly string[]>>;
  /**
   * Set if all users, groups, roles and policies are also listed by name. Absent in accounts of
   * version 0.1.0: their older entities have no such entry, so the account's lists are read by
   * path.
   */
  readonly listsByName?: true;
  /** Id of the account's organization. The management account has it too. */
  readonly organizationId?: string;
  /**
   * A member account's path in the organization: ids from the root down to its unit. Absent for the
   * management account, which no guardrail limits.
   */
  readonly organizationPath?: readonly string[];
  /** The management account's path in the organization. No guardrail limits it there. */
  readonly managementPath?: readonly string[];
  /** Ids of the service control policies attached to the account itself. */
  readonly serviceControlPolicies?: readonly string[];
  /**
   * The generation of attachments that `serviceControlPolicies` belongs to
   * (record/service-control-attachment.ts).
   */
  readonly attachmentGeneration?: number;
  /**
   * Principals whose allowed decisions are recorded whole too, by ARN, and until when (epoch
   * seconds). A role stands for its sessions.
   */
  readonly traces?: Readonly<Record<string, number>>;
}

/** The number of copies of an account's record, and of the organization's. */
export const ACCOUNT_COPIES = 4;

/** The key of one copy of an account's record. */
export const accountKey = (account: string, copy = 0): RecordKey<AccountRecord> => ({
  account,
  // Each copy has its own partition: DynamoDB limits the read rate by partition.
  partition: partitionOf("account", String(copy)),
  sort: "record",
});

/** Entities that an account has a quota or a count for. */
export type AccountCount =
  | "users"
  | "groups"
  | "roles"
  | "policies"
  | "instanceProfiles"
  | "mfaDevices"
  | "serverCertificates"
  | "oidcProviders"
  | "samlProviders"
  | "archivedFindings";

/**
 * The key of an entity count. Each kind has its own counter record, so that creating users does not
 * contend with creating roles.
 */
export const accountCountKey = (account: string, what: AccountCount): Key => ({
  account,
  partition: partitionOf("account-counts"),
  sort: what,
});
