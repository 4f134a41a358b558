import { ACCOUNT_COPIES, type AccountRecord, accountKey } from "@portcullis/iam/record/account";
import { type OrganizationRecord, organizationKey } from "@portcullis/iam/record/organization";
import type { Key, Reader, Stored } from "@portcullis/iam/store";
import { TooLarge } from "@portcullis/iam/store-error";
import { type BoundedCache, boundedCache } from "../cache/bounded-cache.ts";
import type { Identity } from "../identity/identity.ts";
import { guardrailKeys, guardrailOrganization } from "./guardrails.ts";
import { sharedKeys } from "./own-policies.ts";

/**
 * The documents that principals share, as one decision needs them: all of an account's of one
 * epoch, and all of the organization's of one epoch.
 */
export interface SharedDocuments {
  readonly account: EpochRecord<AccountRecord>;
  /** Of accounts that an organization's guardrails bind. */
  readonly organization: EpochRecord<OrganizationRecord> | undefined;
  /** By the partition of the key. Documents that do not exist are left out. */
  readonly documents: ReadonlyMap<string, Stored>;
}

/** A record whose version is the epoch of shared documents. */
interface EpochRecord<Data> {
  /** The account's id, or `organization`. */
  readonly name: string;
  readonly epoch: number;
  readonly data: Data;
}

/** Reads the shared documents of an identity, or takes them from the cache. */
export type ReadSharedDocuments = (reader: Reader, identity: Identity) => Promise<SharedDocuments>;

const EPOCHS_AT_MOST = 1000;
/** The limit of `Reader.snapshot`. Only a principal near all of its quotas needs more. */
const SNAPSHOT_AT_MOST = 100;
/** In characters. */
const DOCUMENTS_AT_MOST = 4_000_000;
const ORGANIZATION = "organization";

/**
 * Caches shared documents under their epoch.
 *
 * INVARIANT: changing or deleting a document changes the epoch, which is part of the cache's key.
 * Creating one may not, so absence is not cached.
 */
export function createSharedDocuments(): ReadSharedDocuments {
  const epochs = boundedCache<EpochRecord<unknown>>(EPOCHS_AT_MOST);
  const documents = boundedCache<Stored>(DOCUMENTS_AT_MOST);

  return async (reader, identity) => {
    const binding = guardrailOrganization(identity);
    let account = newest(epochs, epochRecord(identity.account, identity.accountRecord));
    let organization = binding && newest(epochs, epochRecord(ORGANIZATION, binding));
    // What this decision has read, even if the cache evicts it. Undefined: it does not exist.
    const read = new Map<string, Stored | undefined>();
    for (;;) {
      const found = new Map<string, Stored>();
      const missing = wantedBy(identity, account, organization).filter(({ key, name }) => {
        const document = read.has(name) ? read.get(name) : documents.get(name);
        if (document !== undefined) found.set(key.partition, document);
        return document === undefined && !read.has(name);
      });
      if (missing.length === 0) {
        epochs.set(account.name, account);
        if (organization) epochs.set(organization.name, organization);
        return { account, organization, documents: found };
      }
      const round = await readRound(reader, identity.account, organization, missing);
      account = round.account;
      organization = round.organization;
      for (const { key, ofOrganization, document } of round.documents) {
        const owner = ofOrganization && organization ? organization : account;
        const name = cacheName(owner, key);
        read.set(name, document);
        if (document !== undefined)
          documents.set(name, document, JSON.stringify(document.data).length);
      }
    }
  };
}

interface Wanted {
  readonly key: Key;
  readonly ofOrganization: boolean;
  readonly name: string;
}

/** The documents that an identity needs under the epochs. */
function wantedBy(
  identity: Identity,
  account: EpochRecord<AccountRecord>,
  organization: EpochRecord<OrganizationRecord> | undefined,
): readonly Wanted[] {
  const own = sharedKeys(identity, account.data).map((key) => ({
    key,
    ofOrganization: false,
    name: cacheName(account, key),
  }));
  if (organization === undefined) return own;
  const guardrails = guardrailKeys(account.data, organization.data).map((key) => ({
    key,
    ofOrganization: true,
    name: cacheName(organization, key),
  }));
  return [...own, ...guardrails];
}

/**
 * Reads missing documents and the epochs' own records in one snapshot. `get` could see a part of a
 * transaction's writes, and an old document would then be cached under the new epoch. Documents
 * beyond the limits of a snapshot are left to the next round.
 */
async function readRound(
  reader: Reader,
  account: string,
  organization: EpochRecord<OrganizationRecord> | undefined,
  missing: readonly Wanted[],
) {
  const copy = Math.floor(Math.random() * ACCOUNT_COPIES);
  const epochKeys = [
    accountKey(account, copy),
    ...(organization ? [organizationKey(organization.data.managementAccount, copy)] : []),
  ];
  const { some, found } = await snapshotOfSome(
    reader,
    epochKeys,
    missing.slice(0, SNAPSHOT_AT_MOST - epochKeys.length),
  );
  return {
    account: epochRecord<AccountRecord>(account, present(found[0], account)),
    organization:
      organization &&
      epochRecord<OrganizationRecord>(ORGANIZATION, present(found[1], ORGANIZATION)),
    documents: some.map(({ key, ofOrganization }, index) => ({
      key,
      ofOrganization,
      document: found[epochKeys.length + index],
    })),
  };
}

/**
 * As many of the documents as fit into a snapshot. A document may have much white space, which its
 * quota does not count.
 */
async function snapshotOfSome(
  reader: Reader,
  epochKeys: readonly Key[],
  some: readonly Wanted[],
): Promise<{
  readonly some: readonly Wanted[];
  readonly found: readonly (Stored | undefined)[];
}> {
  try {
    return { some, found: await reader.snapshot([...epochKeys, ...some.map(({ key }) => key)]) };
  } catch (error) {
    if (!(error instanceof TooLarge) || some.length < 2) throw error;
    return snapshotOfSome(reader, epochKeys, some.slice(0, Math.ceil(some.length / 2)));
  }
}

/** The record, or the one of a later epoch that was read before. */
function newest<Data>(
  epochs: BoundedCache<EpochRecord<unknown>>,
  record: EpochRecord<Data>,
): EpochRecord<Data> {
  // One name has one kind of record.
  const cached = epochs.get(record.name) as EpochRecord<Data> | undefined;
  return cached !== undefined && cached.epoch >= record.epoch ? cached : record;
}

const cacheName = ({ name, epoch }: EpochRecord<unknown>, { partition }: Key): string =>
  `${name}@${epoch} ${partition}`;

const epochRecord = <Data>(name: string, { version, data }: Stored<Data>): EpochRecord<Data> => ({
  name,
  epoch: version,
  data,
});

/** The record, of the type that its key is for. @throws {Error} when it does not exist */
function present<Data>(stored: Stored | undefined, name: string): Stored<Data> {
  if (stored === undefined) throw new Error(`the record of ${name} is gone`);
  return stored as Stored<Data>;
}
