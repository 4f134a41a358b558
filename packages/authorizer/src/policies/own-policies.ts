import { cannedPolicy, isCannedArn } from "@portcullis/iam/canned";
import type { AccountRecord } from "@portcullis/iam/record/account";
import { groupKey } from "@portcullis/iam/record/group";
import {
  type ManagedPolicyRecord,
  managedPolicyArn,
  managedPolicyKey,
  policyNameOf,
} from "@portcullis/iam/record/managed-policy";
import type { Key, RecordKey, Stored } from "@portcullis/iam/store";
import type {
  ApplicablePolicies,
  CompiledPolicy,
  PolicyKind,
  PolicyType,
} from "@portcullis/policy";
import type { Identity } from "../identity/identity.ts";
import type { PrincipalRecord } from "../identity/principal-record.ts";
import { compiledPolicy } from "./compiled-policies.ts";
import { documentAt } from "./document-at.ts";

/**
 * The keys of the shared documents that an identity's policies need. AWS's own policies need no
 * read.
 */
export function sharedKeys(
  { account, principalRecord, claims }: Identity,
  { groups }: AccountRecord,
): readonly Key[] {
  const arns = [
    ...(claims?.policyArns ?? []),
    ...attachedOf(principalRecord),
    ...groupsOf(principalRecord).flatMap((group) => groups[group] ?? []),
  ];
  const keys = [
    ...groupsOf(principalRecord).map((group) => groupKey(account, group)),
    ...arns.filter((arn) => !isCannedArn(arn)).map((arn) => keyOfPolicy(account, arn)),
  ];
  return [...new Map(keys.map((key) => [key.partition, key])).values()];
}

const ALLOWS_NOTHING = JSON.stringify({
  Version: "2012-10-17",
  Statement: { Effect: "Deny", Action: "none:Nothing", Resource: "*" },
});

/**
 * Identity, boundary and session policies, compiled.
 * @param documents by the partitions of `sharedKeys`
 * @throws {Error} when one that applies is missing or can't be read: it might be the one that
 * denies
 */
export function ownPolicies(
  { account, principalRecord, claims }: Identity,
  documents: ReadonlyMap<string, Stored>,
): ApplicablePolicies {
  const managedIfThere = (
    arn: string,
    type: PolicyType,
    kind: PolicyKind,
  ): CompiledPolicy | undefined => {
    // An unknown canned policy belongs to another protected API. Canned policies only allow, so
    // leaving it out grants nothing.
    if (isCannedArn(arn))
      return compiledPolicy(cannedPolicy(arn)?.document ?? ALLOWS_NOTHING, arn, type, kind);
    const record = documentAt(documents, keyOfPolicy(account, arn));
    if (record === undefined || managedPolicyArn(record.data) !== arn) return undefined;
    const { document, defaultVersion } = record.data;
    return compiledPolicy(document, arn, type, kind, `v${defaultVersion}`);
  };
  const managed = (arn: string, type: PolicyType, kind: PolicyKind): CompiledPolicy => {
    const policy = managedIfThere(arn, type, kind);
    if (policy === undefined) throw new Error(`policy ${arn} applies but does not exist`);
    return policy;
  };

  const identity: CompiledPolicy[] = [];
  const addInline = (inline: readonly { readonly name: string; readonly document: string }[]) => {
    for (const { name, document } of inline)
      identity.push(compiledPolicy(document, name, "identity-based", "identity"));
  };
  const addManaged = (arns: readonly string[]) => {
    for (const arn of arns) identity.push(managed(arn, "identity-based", "identity"));
  };
  const own = policiesOf(principalRecord);
  addInline(own?.inline ?? []);
  addManaged(own?.attached ?? []);
  for (const id of groupsOf(principalRecord)) {
    const group = documentAt(documents, groupKey(account, id));
    if (group === undefined) throw new Error(`group ${id} applies but does not exist`);
    addInline(group.data.inline);
    addManaged(group.data.attached);
  }
  const boundary = own?.boundary;
  // A session may outlive a policy that it was made with. What that policy denied is unknown, so
  // the session may do nothing.
  const session = sessionPolicies(claims, (arn) => managedIfThere(arn, "session", "session"));
  return {
    identity,
    ...(boundary === undefined
      ? {}
      : { boundary: [managed(boundary, "permissions boundary", "boundary")] }),
    ...(session === undefined ? {} : { session }),
  };
}

/** The size, in characters, of the documents that no other principal shares. */
export function ownSize({ principalRecord, claims }: Identity): number {
  const documents = [
    ...(policiesOf(principalRecord)?.inline ?? []).map(({ document }) => document),
    ...(claims?.policies ?? []),
  ];
  return documents.reduce((sum, { length }) => sum + length, 500);
}

/**
 * Undefined: the session has no session policies. A federated user without any has no permissions,
 * hence the empty list.
 */
function sessionPolicies(
  claims: Identity["claims"],
  managed: (arn: string) => CompiledPolicy | undefined,
): readonly CompiledPolicy[] | undefined {
  if (claims === undefined) return undefined;
  const { policies, policyArns, kind } = claims;
  if (policies === undefined && policyArns === undefined)
    return kind === "FederatedUser" ? [] : undefined;
  const inline = (policies ?? []).map((document, index) =>
    compiledPolicy(document, `session-${index + 1}`, "session", "session"),
  );
  const named = (policyArns ?? []).map(managed).filter((policy) => policy !== undefined);
  return named.length < (policyArns ?? []).length ? [] : [...inline, ...named];
}

/** The user or role that the policies are attached to. The root user has none. */
function policiesOf(record: PrincipalRecord) {
  if (record.type === "Root") return undefined;
  return record.type === "Role" ? record.role : record.principal;
}

const groupsOf = (record: PrincipalRecord): readonly string[] =>
  record.type === "User" ? record.principal.groups : [];

function attachedOf(record: PrincipalRecord): readonly string[] {
  const own = policiesOf(record);
  if (own === undefined) return [];
  return own.boundary === undefined ? own.attached : [...own.attached, own.boundary];
}

/** A managed policy's key by its ARN. Names are unique in an account whatever their path. */
const keyOfPolicy = (account: string, arn: string): RecordKey<ManagedPolicyRecord> =>
  managedPolicyKey(account, policyNameOf(arn));
