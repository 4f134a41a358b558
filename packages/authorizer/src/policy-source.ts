import { cannedPolicy, isCannedArn } from "@portcullis/iam/canned";
import { ACCOUNT_COPIES, type AccountRecord, accountKey } from "@portcullis/iam/record/account";
import { type GroupRecord, groupKey } from "@portcullis/iam/record/group";
import {
  type ManagedPolicyRecord,
  managedPolicyArn,
  managedPolicyKey,
} from "@portcullis/iam/record/managed-policy";
import {
  FULL_AWS_ACCESS,
  type OrganizationRecord,
  organizationKey,
  type ServiceControlPolicyRecord,
  serviceControlPolicyKey,
} from "@portcullis/iam/record/organization";
import type { Key, Reader, Stored } from "@portcullis/iam/store";
import {
  type ApplicablePolicies,
  type CompiledPolicy,
  compilePolicy,
  type PolicyKind,
  type PolicyType,
  parsePolicy,
} from "@portcullis/policy";
import type { Holder, Identity } from "./identity.ts";

/** Gives the compiled policies that apply to an identity, reading only what has changed since it last did. */
export interface PolicySource {
  applicable(reader: Reader, identity: Identity): Promise<ApplicablePolicies>;
}

/** Documents that principals share, all of them as of one epoch: the version of `head`. */
interface Shelf<Head> {
  readonly epoch: number;
  readonly head: Head;
  /** By the key's partition. INVARIANT: changing or deleting one moves the epoch; making one need not, so absence is not kept. */
  readonly documents: Map<string, Stored>;
}

interface Shelves {
  readonly account: Shelf<AccountRecord>;
  /** For accounts that an organization's guardrails bind. */
  readonly organization: Shelf<OrganizationRecord> | undefined;
}

interface Assembled {
  readonly version: number;
  readonly epoch: number;
  readonly organizationEpoch: number | undefined;
  readonly policies: ApplicablePolicies;
}

const ACCOUNTS_AT_MOST = 500;
const ASSEMBLED_AT_MOST = 2000;
const DOCUMENTS_AT_MOST = 5000;

export function createPolicySource(): PolicySource {
  const accounts = new Map<string, Shelf<AccountRecord>>();
  let organization: Shelf<OrganizationRecord> | undefined;
  const assembled = new Map<string, Assembled>();

  /** What the identity needs of shared documents: those at hand of the epoch that it was read with, and the others read now. */
  async function fetchShared(reader: Reader, identity: Identity): Promise<Shelves> {
    const { account, accountRecord } = identity;
    const bound = guardedBy(identity);
    let shelves: Shelves = {
      account: notOlder(accounts.get(account), accountRecord),
      organization: bound && notOlder(organization, bound),
    };
    const absent = new Set<string>();
    for (;;) {
      const isMissing = (shelf: Shelf<unknown>) => (key: Key) =>
        !shelf.documents.has(key.partition) && !absent.has(key.partition);
      const ofAccount = sharedKeys(identity, shelves.account.head).filter(isMissing(shelves.account));
      const ofOrganization = shelves.organization
        ? guardrailKeys(shelves.account.head, shelves.organization.head).filter(
            isMissing(shelves.organization),
          )
        : [];
      if (ofAccount.length + ofOrganization.length === 0) break;
      // A snapshot, with the epochs' own records: `get` could answer some of a transaction's writes and not yet the others, and
      // an old document would then be kept under the new epoch.
      const copy = Math.floor(Math.random() * ACCOUNT_COPIES);
      const heads = [
        accountKey(account, copy),
        ...(shelves.organization ? [organizationKey(shelves.organization.head.managementAccount, copy)] : []),
      ];
      const found = await readSnapshot(reader, [...heads, ...ofAccount, ...ofOrganization]);
      const [accountHead, organizationHead] = found;
      shelves = {
        account: asOf(shelves.account, accountHead, account),
        organization: shelves.organization && asOf(shelves.organization, organizationHead, "organization"),
      };
      const documents = found.slice(heads.length);
      [...ofAccount, ...ofOrganization].forEach(({ partition }, index) => {
        const document = documents[index];
        const shelf = index < ofAccount.length ? shelves.account : shelves.organization;
        if (document === undefined) absent.add(partition);
        else shelf?.documents.set(partition, document);
      });
    }
    if (shelves.account.documents.size > DOCUMENTS_AT_MOST) accounts.delete(account);
    else keep(accounts, account, shelves.account, ACCOUNTS_AT_MOST);
    if (shelves.organization)
      organization =
        shelves.organization.documents.size > DOCUMENTS_AT_MOST ? undefined : shelves.organization;
    return shelves;
  }

  return {
    async applicable(reader, identity) {
      const { holder, accountRecord, claims, accessKeyId } = identity;
      const name = claims === undefined ? holder.place : `${holder.place} ${accessKeyId} ${claims.secret}`;
      const known = assembled.get(name);
      if (
        known?.version === holder.version &&
        known.epoch === accountRecord.version &&
        known.organizationEpoch === guardedBy(identity)?.version
      )
        return known.policies;
      const shelves = await fetchShared(reader, identity);
      const policies = assemble(identity, shelves);
      const epochs = { epoch: shelves.account.epoch, organizationEpoch: shelves.organization?.epoch };
      keep(assembled, name, { version: holder.version, ...epochs, policies }, ASSEMBLED_AT_MOST);
      return policies;
    },
  };
}

/** The organization whose service control policies bind the identity; none bind the management account (INVARIANT of its records). */
function guardedBy({ accountRecord, organization }: Identity): Stored<OrganizationRecord> | undefined {
  if (accountRecord.data.organizationPath === undefined) return undefined;
  if (organization === undefined)
    throw new Error(`account ${accountRecord.data.id} is in an organization that is not there`);
  return organization;
}

const notOlder = <Head>(shelf: Shelf<Head> | undefined, head: Stored<Head>): Shelf<Head> =>
  shelf !== undefined && shelf.epoch >= head.version ? shelf : newShelf(head);

const newShelf = <Head>(head: Stored<Head>): Shelf<Head> => ({
  epoch: head.version,
  head: head.data,
  documents: new Map(),
});

/** The shelf, or an empty one when the epoch has moved on since. */
function asOf<Head>(shelf: Shelf<Head>, head: Stored | undefined, what: string): Shelf<Head> {
  if (head === undefined) throw new Error(`the record of ${what} is gone`);
  return head.version === shelf.epoch ? shelf : newShelf(head as Stored<Head>);
}

async function readSnapshot(reader: Reader, keys: readonly Key[]): Promise<readonly (Stored | undefined)[]> {
  if (keys.length > 100)
    throw new Error(
      `${keys.length} shared documents apply to one principal; at most 99 can be read at one moment`,
    );
  return reader.snapshot(keys);
}

/** The keys of all shared documents that apply, but for AWS's own policies, which need no reading. */
function sharedKeys({ account, holder, claims }: Identity, { groups }: AccountRecord): readonly Key[] {
  const arns = [
    ...(claims?.policyArns ?? []),
    ...attachedOf(holder),
    ...groupsOf(holder).flatMap((group) => groups[group] ?? []),
  ];
  const keys = new Map<string, Key>();
  for (const group of groupsOf(holder)) {
    const key = groupKey(account, group);
    keys.set(key.partition, key);
  }
  for (const arn of arns) {
    if (isCannedArn(arn)) continue;
    const key = keyOfPolicy(account, arn);
    keys.set(key.partition, key);
  }
  return [...keys.values()];
}

/** Ids of the service control policies of each level, from the root down to the account. */
function guardrails(
  account: AccountRecord,
  { serviceControlEnabled, attached }: OrganizationRecord,
): readonly (readonly string[])[] {
  if (!serviceControlEnabled || account.organizationPath === undefined) return [];
  return [
    ...account.organizationPath.map((node) => attached[node] ?? []),
    account.serviceControlPolicies ?? [],
  ];
}

function guardrailKeys(account: AccountRecord, organization: OrganizationRecord): readonly Key[] {
  const ids = new Set(guardrails(account, organization).flat());
  ids.delete(FULL_AWS_ACCESS.id);
  return [...ids].map((id) => serviceControlPolicyKey(organization.managementAccount, id));
}

function guardrailPolicies(
  account: AccountRecord,
  { head, documents }: Shelf<OrganizationRecord>,
): readonly (readonly CompiledPolicy[])[] {
  const policy = (id: string): CompiledPolicy => {
    if (id === FULL_AWS_ACCESS.id)
      return compiled(FULL_AWS_ACCESS.document, id, "service control", "serviceControl");
    const record = documents.get(serviceControlPolicyKey(head.managementAccount, id).partition);
    if (record === undefined) throw new Error(`service control policy ${id} applies but does not exist`);
    return compiled(
      (record.data as ServiceControlPolicyRecord).document,
      id,
      "service control",
      "serviceControl",
    );
  };
  return guardrails(account, head).map((level) => level.map(policy));
}

const ALLOWS_NOTHING = JSON.stringify({
  Version: "2012-10-17",
  Statement: { Effect: "Deny", Action: "none:Nothing", Resource: "*" },
});

function assemble(identity: Identity, { account: shelf, organization }: Shelves): ApplicablePolicies {
  const { account, holder, claims } = identity;
  const managedIfThere = (arn: string, type: PolicyType, kind: PolicyKind): CompiledPolicy | undefined => {
    // One that is not known here belongs to another protected API: canned policies only allow, so nothing is lost by it.
    if (isCannedArn(arn)) return compiled(cannedPolicy(arn)?.document ?? ALLOWS_NOTHING, arn, type, kind);
    const record = shelf.documents.get(keyOfPolicy(account, arn).partition) as
      | Stored<ManagedPolicyRecord>
      | undefined;
    if (record === undefined || managedPolicyArn(record.data) !== arn) return undefined;
    return compiled(record.data.document, arn, type, kind);
  };
  const managed = (arn: string, type: PolicyType, kind: PolicyKind): CompiledPolicy => {
    const policy = managedIfThere(arn, type, kind);
    // A document that should apply and cannot be read must not be left out: it might be the one that denies.
    if (policy === undefined) throw new Error(`policy ${arn} applies but does not exist`);
    return policy;
  };

  const identityPolicies: CompiledPolicy[] = [];
  if (holder.type !== "Root") {
    const own = holder.type === "Role" ? holder.role : holder.principal;
    for (const { name, document } of own.inline)
      identityPolicies.push(compiled(document, name, "identity-based", "identity"));
    for (const arn of own.attached) identityPolicies.push(managed(arn, "identity-based", "identity"));
    for (const id of groupsOf(holder)) {
      const group = shelf.documents.get(groupKey(account, id).partition) as Stored<GroupRecord> | undefined;
      if (group === undefined) throw new Error(`group ${id} applies but does not exist`);
      for (const { name, document } of group.data.inline)
        identityPolicies.push(compiled(document, name, "identity-based", "identity"));
      for (const arn of shelf.head.groups[id] ?? [])
        identityPolicies.push(managed(arn, "identity-based", "identity"));
    }
  }
  const boundary = boundaryOf(holder);
  const serviceControl = organization ? guardrailPolicies(shelf.head, organization) : [];
  // A session may outlive a policy that it was made with; what is gone allows nothing.
  const session = sessionPolicies(claims, (arn) => managedIfThere(arn, "session", "session"));
  return {
    identity: identityPolicies,
    ...(boundary === undefined ? {} : { boundary: [managed(boundary, "permissions boundary", "boundary")] }),
    ...(session === undefined ? {} : { session }),
    ...(serviceControl.length === 0 ? {} : { serviceControl }),
  };
}

/** Undefined: no session policy plays a part. A federated user without any has no permissions, hence the empty list. */
function sessionPolicies(
  claims: Identity["claims"],
  managed: (arn: string) => CompiledPolicy | undefined,
): readonly CompiledPolicy[] | undefined {
  if (claims === undefined) return undefined;
  const { policies, policyArns, kind } = claims;
  if (policies === undefined && policyArns === undefined) return kind === "FederatedUser" ? [] : undefined;
  const inline = (policies ?? []).map((document, index) =>
    compiled(document, `session-${index + 1}`, "session", "session"),
  );
  return [...inline, ...(policyArns ?? []).map(managed).filter((policy) => policy !== undefined)];
}

/** Compiled documents, by their text: the same document under the same name compiles to the same policy. */
const compiledDocuments = new Map<string, CompiledPolicy>();
const COMPILED_AT_MOST = 5000;

function compiled(document: string, policyId: string, type: PolicyType, kind: PolicyKind): CompiledPolicy {
  const name = `${kind} ${policyId} ${document}`;
  const known = compiledDocuments.get(name);
  if (known !== undefined) return known;
  const parsed = parsePolicy(document, kind);
  if (!parsed.ok)
    throw new Error(`the stored ${type} policy ${policyId} cannot be read: ${parsed.issues[0]?.message}`);
  const policy = compilePolicy(parsed.policy, { policyId, type });
  keep(compiledDocuments, name, policy, COMPILED_AT_MOST);
  return policy;
}

const groupsOf = (holder: Holder): readonly string[] =>
  holder.type === "User" ? holder.principal.groups : [];

const boundaryOf = (holder: Holder): string | undefined => {
  if (holder.type === "Root") return undefined;
  return holder.type === "Role" ? holder.role.boundary : holder.principal.boundary;
};

function attachedOf(holder: Holder): readonly string[] {
  if (holder.type === "Root") return [];
  const boundary = boundaryOf(holder);
  const { attached } = holder.type === "Role" ? holder.role : holder.principal;
  return boundary === undefined ? attached : [...attached, boundary];
}

/** A managed policy's key, from its ARN: names are unique in an account whatever their path. */
const keyOfPolicy = (account: string, arn: string): Key =>
  managedPolicyKey(account, arn.slice(arn.lastIndexOf("/") + 1));

/** The map forgets what was put in first. */
function keep<T>(map: Map<string, T>, name: string, value: T, atMost: number): void {
  map.delete(name);
  if (map.size >= atMost) map.delete(map.keys().next().value ?? "");
  map.set(name, value);
}
