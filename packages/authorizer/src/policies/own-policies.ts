import { cannedPolicy, isCannedArn } from "@portcullis/iam/canned";
import type { AccountRecord } from "@portcullis/iam/record/account";
import { type GroupRecord, groupKey } from "@portcullis/iam/record/group";
import {
  type ManagedPolicyRecord,
  managedPolicyArn,
  managedPolicyKey,
  policyNameOf,
} from "@portcullis/iam/record/managed-policy";
import type { Key, Stored } from "@portcullis/iam/store";
import type {
  ApplicablePolicies,
  CompiledPolicy,
  PolicyKind,
  PolicyType,
} from "@portcullis/policy";
import type { Holder, Identity } from "../identity/identity.ts";
import { compiled } from "./compiled-policies.ts";

/** The keys of the shared documents that an identity's own policies need, but for AWS's own policies, which need no reading. */
export function sharedKeys(
  { account, holder, claims }: Identity,
  { groups }: AccountRecord,
): readonly Key[] {
  const arns = [
    ...(claims?.policyArns ?? []),
    ...attachedOf(holder),
    ...groupsOf(holder).flatMap((group) => groups[group] ?? []),
  ];
  const keys = [
    ...groupsOf(holder).map((group) => groupKey(account, group)),
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
 * @throws {Error} when one that applies is missing or can't be read: it might be the one that denies
 */
export function ownPolicies(
  { account, holder, claims }: Identity,
  documents: ReadonlyMap<string, Stored>,
): ApplicablePolicies {
  const managedIfThere = (
    arn: string,
    type: PolicyType,
    kind: PolicyKind,
  ): CompiledPolicy | undefined => {
    // One that is not known here belongs to another protected API: canned policies only allow, so nothing is lost by it.
    if (isCannedArn(arn))
      return compiled(cannedPolicy(arn)?.document ?? ALLOWS_NOTHING, arn, type, kind);
    const record = documents.get(keyOfPolicy(account, arn).partition) as
      | Stored<ManagedPolicyRecord>
      | undefined;
    if (record === undefined || managedPolicyArn(record.data) !== arn) return undefined;
    return compiled(record.data.document, arn, type, kind);
  };
  const managed = (arn: string, type: PolicyType, kind: PolicyKind): CompiledPolicy => {
    const policy = managedIfThere(arn, type, kind);
    if (policy === undefined) throw new Error(`policy ${arn} applies but does not exist`);
    return policy;
  };

  const identity: CompiledPolicy[] = [];
  const addInline = (inline: readonly { readonly name: string; readonly document: string }[]) => {
    for (const { name, document } of inline)
      identity.push(compiled(document, name, "identity-based", "identity"));
  };
  const addManaged = (arns: readonly string[]) => {
    for (const arn of arns) identity.push(managed(arn, "identity-based", "identity"));
  };
  const own = ownerOf(holder);
  addInline(own?.inline ?? []);
  addManaged(own?.attached ?? []);
  for (const id of groupsOf(holder)) {
    const group = documents.get(groupKey(account, id).partition) as Stored<GroupRecord> | undefined;
    if (group === undefined) throw new Error(`group ${id} applies but does not exist`);
    addInline(group.data.inline);
    addManaged(group.data.attached);
  }
  const boundary = own?.boundary;
  // A session may outlive a policy that it was made with. Nobody knows what that denied, so such a session may do nothing.
  const session = sessionPolicies(claims, (arn) => managedIfThere(arn, "session", "session"));
  return {
    identity,
    ...(boundary === undefined
      ? {}
      : { boundary: [managed(boundary, "permissions boundary", "boundary")] }),
    ...(session === undefined ? {} : { session }),
  };
}

/** Characters of the documents that no other principal has. */
export function ownSize({ holder, claims }: Identity): number {
  const documents = [
    ...(ownerOf(holder)?.inline ?? []).map(({ document }) => document),
    ...(claims?.policies ?? []),
  ];
  return documents.reduce((sum, { length }) => sum + length, 500);
}

/** Undefined: no session policy plays a part. A federated user without any has no permissions, hence the empty list. */
function sessionPolicies(
  claims: Identity["claims"],
  managed: (arn: string) => CompiledPolicy | undefined,
): readonly CompiledPolicy[] | undefined {
  if (claims === undefined) return undefined;
  const { policies, policyArns, kind } = claims;
  if (policies === undefined && policyArns === undefined)
    return kind === "FederatedUser" ? [] : undefined;
  const inline = (policies ?? []).map((document, index) =>
    compiled(document, `session-${index + 1}`, "session", "session"),
  );
  const named = (policyArns ?? []).map(managed).filter((policy) => policy !== undefined);
  return named.length < (policyArns ?? []).length ? [] : [...inline, ...named];
}

/** Whose policies they are; the root user has none. */
function ownerOf(holder: Holder) {
  if (holder.type === "Root") return undefined;
  return holder.type === "Role" ? holder.role : holder.principal;
}

const groupsOf = (holder: Holder): readonly string[] =>
  holder.type === "User" ? holder.principal.groups : [];

function attachedOf(holder: Holder): readonly string[] {
  const own = ownerOf(holder);
  if (own === undefined) return [];
  return own.boundary === undefined ? own.attached : [...own.attached, own.boundary];
}

/** A managed policy's key, from its ARN: names are unique in an account whatever their path. */
const keyOfPolicy = (account: string, arn: string): Key =>
  managedPolicyKey(account, policyNameOf(arn));
