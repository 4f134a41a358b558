import type { Key } from "../storage/store.ts";
import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";

/**
 * What every decision in an account needs besides the caller's own record. It is kept in `ACCOUNT_COPIES` equal copies, since
 * one DynamoDB item answers at most 3,000 strong reads a second; readers take any, writers write all in one transaction.
 *
 * Its version is the account's policy epoch: INVARIANT: any change to what principals share (a managed policy's default
 * document, a group's policies) writes it in the same transaction, so that whoever holds compiled policies of this version may use them.
 */
export interface AccountRecord {
  readonly id: string;
  readonly status: "ACTIVE" | "SUSPENDED" | "CLOSED";
  readonly createdAt: string;
  readonly alias?: string;
  /** While an export is being imported: which. The account is SUSPENDED until all of it is there. */
  readonly arriving?: string;
  /**
   * Names of the account's own managed policies attached to each group (unique id) that has any, so that a cold reader needs no third
   * read. AWS's own policies need no reading. Every decision reads this record: it is kept short.
   */
  readonly groups: Readonly<Record<string, readonly string[]>>;
  /**
   * All of its users, groups, roles and policies are listed by name too. Absent in accounts of version 0.1.0: entities that were made
   * before have no such entry, so the account's lists are read by path.
   */
  readonly listsByName?: true;
  /** The organization that it is in, the management account too. */
  readonly organizationId?: string;
  /** A member account's place: ids from the organization's root down to its unit. Absent for the management account, which no guardrail binds. */
  readonly organizationPath?: readonly string[];
  /** The management account's place, likewise. No guardrail binds it there. */
  readonly managementPath?: readonly string[];
  /** Ids of service control policies attached to the account itself. */
  readonly serviceControlPolicies?: readonly string[];
  /** The generation of the organization's attachments that these belong to (record/service-control-attachment.ts). */
  readonly attachmentGeneration?: number;
  /**
   * Principals whose allowed decisions are recorded whole too, by ARN, and until when (epoch
   * seconds). A role stands for its sessions.
   */
  readonly traces?: Readonly<Record<string, number>>;
}

export const ACCOUNT_COPIES = 4;

export const accountKey = (account: string, copy = 0): RecordKey<AccountRecord> => ({
  account,
  // Partitions of their own: DynamoDB's limit is one of partitions.
  partition: partitionOf("account", String(copy)),
  sort: "record",
});

export type AccountCount =
  | "users"
  | "groups"
  | "roles"
  | "policies"
  | "instanceProfiles"
  | "mfaDevices"
  | "serverCertificates"
  | "oidcProviders"
  | "samlProviders";

/** How many of something an account has: a counter record each, so that making users does not wait for making roles. */
export const accountCountKey = (account: string, what: AccountCount): Key => ({
  account,
  partition: partitionOf("account-counts"),
  sort: what,
});
