import { cannedPolicy } from "@portcullis/iam/canned";
import { ACCOUNT_COPIES, type AccountRecord, accountKey } from "@portcullis/iam/record/account";
import { type GroupRecord, groupKey } from "@portcullis/iam/record/group";
import { managedPolicyArn, type ManagedPolicyRecord, managedPolicyKey } from "@portcullis/iam/record/managed-policy";
import type { Key, Reader, Stored } from "@portcullis/iam/store";
import { type ApplicablePolicies, type CompiledPolicy, compilePolicy, parsePolicy, type PolicyKind, type PolicyType } from "@portcullis/policy";
import type { Holder, Identity } from "./identity.ts";

/** Gives the compiled policies that apply to an identity, reading only what has changed since it last did. */
export interface PolicySource {
  applicable(reader: Reader, identity: Identity): Promise<ApplicablePolicies>;
}

/** What is known of an account's shared documents: all of it as of one epoch. */
interface Shelf {
  epoch: number;
  groups: Readonly<Record<string, readonly string[]>>;
  /** By the key's partition. INVARIANT: changing or deleting one moves the epoch; making one need not, so absence is not kept. */
  readonly documents: Map<string, Stored>;
}

interface Assembled {
  readonly version: number;
  readonly epoch: number;
  readonly policies: ApplicablePolicies;
}

const SHELVES_AT_MOST = 500;
const ASSEMBLED_AT_MOST = 2000;
const DOCUMENTS_AT_MOST = 5000;

export function createPolicySource(): PolicySource {
  const shelves = new Map<string, Shelf>();
  const assembled = new Map<string, Assembled>();

  /** Bring onto the account's shelf what the identity needs. All that is on it is as of one epoch, which is given back. */
  async function fetchShared(reader: Reader, identity: Identity): Promise<Shelf> {
    const { account, accountRecord, holder } = identity;
    let shelf = shelves.get(account);
    if (shelf === undefined || shelf.epoch < accountRecord.version) {
      shelf = { epoch: accountRecord.version, groups: accountRecord.data.groups, documents: new Map() };
    }
    const absent = new Set<string>();
    for (;;) {
      const current: Shelf = shelf;
      const wanted = sharedKeys(account, holder, identity, current.groups);
      const missing = wanted.filter(({ partition }) => !current.documents.has(partition) && !absent.has(partition));
      if (missing.length === 0) break;
      // A snapshot, with the account's record: `get` could answer some of a transaction's writes and not yet the others, and an old
      // document would then be kept under the new epoch.
      const copy = Math.floor(Math.random() * ACCOUNT_COPIES);
      const [now, ...documents] = await readSnapshot(reader, [accountKey(account, copy), ...missing]);
      if (now === undefined) throw new Error(`account ${account} is gone`);
      if (now.version !== current.epoch) shelf = { epoch: now.version, groups: (now.data as AccountRecord).groups, documents: new Map() };
      const into = shelf.documents;
      missing.forEach(({ partition }, index) => {
        const document = documents[index];
        if (document === undefined) absent.add(partition);
        else into.set(partition, document);
      });
    }
    if (shelf.documents.size > DOCUMENTS_AT_MOST) shelves.delete(account);
    else keep(shelves, account, shelf, SHELVES_AT_MOST);
    return shelf;
  }

  return {
    async applicable(reader, identity) {
      const { holder, accountRecord, claims, accessKeyId } = identity;
      const name = claims === undefined ? holder.place : `${holder.place} ${accessKeyId} ${claims.secret}`;
      const known = assembled.get(name);
      if (known?.version === holder.version && known.epoch === accountRecord.version) return known.policies;
      const shelf = await fetchShared(reader, identity);
      const policies = assemble(identity, shelf);
      keep(assembled, name, { version: holder.version, epoch: shelf.epoch, policies }, ASSEMBLED_AT_MOST);
      return policies;
    },
  };
}

async function readSnapshot(reader: Reader, keys: readonly Key[]): Promise<readonly (Stored | undefined)[]> {
  if (keys.length > 100) throw new Error(`${keys.length} shared documents apply to one principal; at most 99 can be read at one moment`);
  return reader.snapshot(keys);
}

/** The keys of all shared documents that apply, but for AWS's own policies, which need no reading. */
function sharedKeys(account: string, holder: Holder, { claims }: Identity, groups: Shelf["groups"]): readonly Key[] {
  const arns = [...(claims?.policyArns ?? []), ...attachedOf(holder), ...groupsOf(holder).flatMap((group) => groups[group] ?? [])];
  const keys = new Map<string, Key>();
  for (const group of groupsOf(holder)) {
    const key = groupKey(account, group);
    keys.set(key.partition, key);
  }
  for (const arn of arns) {
    if (cannedPolicy(arn) !== undefined) continue;
    const key = keyOfPolicy(account, arn);
    keys.set(key.partition, key);
  }
  return [...keys.values()];
}

function assemble(identity: Identity, shelf: Shelf): ApplicablePolicies {
  const { account, holder, claims } = identity;
  const managedIfThere = (arn: string, type: PolicyType, kind: PolicyKind): CompiledPolicy | undefined => {
    const canned = cannedPolicy(arn);
    if (canned !== undefined) return compiled(canned.document, arn, type, kind);
    const record = shelf.documents.get(keyOfPolicy(account, arn).partition) as Stored<ManagedPolicyRecord> | undefined;
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
    for (const { name, document } of own.inline) identityPolicies.push(compiled(document, name, "identity-based", "identity"));
    for (const arn of own.attached) identityPolicies.push(managed(arn, "identity-based", "identity"));
    for (const id of groupsOf(holder)) {
      const group = shelf.documents.get(groupKey(account, id).partition) as Stored<GroupRecord> | undefined;
      if (group === undefined) throw new Error(`group ${id} applies but does not exist`);
      for (const { name, document } of group.data.inline) identityPolicies.push(compiled(document, name, "identity-based", "identity"));
      for (const arn of shelf.groups[id] ?? []) identityPolicies.push(managed(arn, "identity-based", "identity"));
    }
  }
  const boundary = boundaryOf(holder);
  // A session may outlive a policy that it was made with; what is gone allows nothing.
  const session = sessionPolicies(claims, (arn) => managedIfThere(arn, "session", "session"));
  return {
    identity: identityPolicies,
    ...(boundary === undefined ? {} : { boundary: [managed(boundary, "permissions boundary", "boundary")] }),
    ...(session === undefined ? {} : { session }),
  };
}

/** Undefined: no session policy plays a part. A federated user without any has no permissions, hence the empty list. */
function sessionPolicies(claims: Identity["claims"], managed: (arn: string) => CompiledPolicy | undefined): readonly CompiledPolicy[] | undefined {
  if (claims === undefined) return undefined;
  const { policies, policyArns, kind } = claims;
  if (policies === undefined && policyArns === undefined) return kind === "FederatedUser" ? [] : undefined;
  const inline = (policies ?? []).map((document, index) => compiled(document, `session-${index + 1}`, "session", "session"));
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
  if (!parsed.ok) throw new Error(`the stored ${type} policy ${policyId} cannot be read: ${parsed.issues[0]?.message}`);
  const policy = compilePolicy(parsed.policy, { policyId, type });
  keep(compiledDocuments, name, policy, COMPILED_AT_MOST);
  return policy;
}

const groupsOf = (holder: Holder): readonly string[] => (holder.type === "User" ? holder.principal.groups : []);

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
const keyOfPolicy = (account: string, arn: string): Key => managedPolicyKey(account, arn.slice(arn.lastIndexOf("/") + 1));

/** The map forgets what was put in first. */
function keep<T>(map: Map<string, T>, name: string, value: T, atMost: number): void {
  map.delete(name);
  if (map.size >= atMost) map.delete(map.keys().next().value ?? "");
  map.set(name, value);
}
