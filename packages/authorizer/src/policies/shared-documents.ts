import { ACCOUNT_COPIES, type AccountRecord, accountKey } from "@portcullis/iam/record/account";
import { type OrganizationRecord, organizationKey } from "@portcullis/iam/record/organization";
import type { Key, Reader, Stored } from "@portcullis/iam/store";
import { boundedCache } from "../cache/bounded-cache.ts";
import type { Identity } from "../identity/identity.ts";
import { guardedBy, guardrailKeys } from "./guardrails.ts";
import { sharedKeys } from "./own-policies.ts";

/** What principals share, as one decision needs it: all of an account's as of one epoch, all of the organization's as of one. */
export interface Shared {
  readonly account: Head<AccountRecord>;
  /** Of accounts that an organization's guardrails bind. */
  readonly organization: Head<OrganizationRecord> | undefined;
  /** By the key's partition; documents that are not there are left out. */
  readonly documents: ReadonlyMap<string, Stored>;
}

/** The record whose version is the epoch of the documents that it stands for. */
export interface Head<Data> {
  readonly name: string;
  readonly epoch: number;
  readonly data: Data;
}

export interface SharedDocuments {
  /** Those at hand of the epoch that the identity was read with, and the others read now. */
  of(reader: Reader, identity: Identity): Promise<Shared>;
}

const HEADS_AT_MOST = 1000;
/** What `Reader.snapshot` takes. Only principals with nearly all that the quotas allow need more. */
const SNAPSHOT_AT_MOST = 100;
/** In characters. */
const DOCUMENTS_AT_MOST = 4_000_000;

export function createSharedDocuments(): SharedDocuments {
  const heads = boundedCache<Head<unknown>>(HEADS_AT_MOST);
  // INVARIANT: changing or deleting a document moves the epoch, which is part of the name here. Making one need not, so absence is
  // never kept.
  const kept = boundedCache<Stored>(DOCUMENTS_AT_MOST);
  const nameIn = ({ name, epoch }: Head<unknown>, { partition }: Key) =>
    `${name}@${epoch} ${partition}`;

  const newest = <Data>(head: Head<Data>): Head<Data> => {
    const known = heads.get(head.name) as Head<Data> | undefined; // one name, one kind of record
    return known !== undefined && known.epoch >= head.epoch ? known : head;
  };

  return {
    async of(reader, identity) {
      const bound = guardedBy(identity);
      let account = newest(headOf(identity.account, identity.accountRecord));
      let organization = bound && newest(headOf(ORGANIZATION, bound));
      // What this decision has seen, whatever the cache gives up meanwhile. Undefined: it is not there.
      const seen = new Map<string, Stored | undefined>();
      for (;;) {
        const wanted: readonly Wanted[] = [
          ...sharedKeys(identity, account.data).map((key) => ({ key, head: account })),
          ...(organization ? guardrailKeys(account.data, organization.data) : []).map((key) => ({
            key,
            head: organization ?? account,
          })),
        ];
        const documents = new Map<string, Stored>();
        const missing = wanted.filter(({ key, head }) => {
          const name = nameIn(head, key);
          const known = seen.has(name) ? seen.get(name) : kept.get(name);
          if (known !== undefined) documents.set(key.partition, known);
          return known === undefined && !seen.has(name);
        });
        if (missing.length === 0) {
          heads.set(account.name, account);
          if (organization) heads.set(organization.name, organization);
          return { account, organization, documents };
        }
        // A snapshot, with the epochs' own records: `get` could answer some of a transaction's writes and not yet the others, and
        // an old document would then be kept under the new epoch.
        const copy = Math.floor(Math.random() * ACCOUNT_COPIES);
        const headKeys = [
          accountKey(identity.account, copy),
          ...(organization ? [organizationKey(organization.data.managementAccount, copy)] : []),
        ];
        // The others follow in the next round, under the same epochs or anew under later ones.
        const asked = missing.slice(0, SNAPSHOT_AT_MOST - headKeys.length);
        const found = await reader.snapshot([...headKeys, ...asked.map(({ key }) => key)]);
        const [accountNow, organizationNow] = found;
        account = headOf(account.name, there(accountNow, account.name));
        if (organization) organization = headOf(ORGANIZATION, there(organizationNow, ORGANIZATION));
        for (const [index, { key, head }] of asked.entries()) {
          const document = found[headKeys.length + index];
          const name = nameIn(
            head.name === ORGANIZATION && organization ? organization : account,
            key,
          );
          seen.set(name, document);
          if (document !== undefined)
            kept.set(name, document, JSON.stringify(document.data).length);
        }
      }
    },
  };
}

interface Wanted {
  readonly key: Key;
  readonly head: Head<unknown>;
}

/** No account is called so. */
const ORGANIZATION = "organization";

const headOf = <Data>(name: string, { version, data }: Stored<Data>): Head<Data> => ({
  name,
  epoch: version,
  data,
});

/** The record, which is of the type that its key is for. */
function there<Data>(stored: Stored | undefined, what: string): Stored<Data> {
  if (stored === undefined) throw new Error(`the record of ${what} is gone`);
  return stored as Stored<Data>;
}
