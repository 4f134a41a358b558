import {
  type Issue,
  type Policy,
  type PolicyKind,
  type Principal,
  parsePolicy,
  splitArn,
} from "@portcullis/policy";
import { cached } from "../collection/cached.ts";
import { documentText } from "./document-text.ts";
import type {
  AccountModel,
  AttachedPolicy,
  Boundary,
  DocumentInput,
  ModelTag,
  PolicyText,
} from "./model.ts";
import type { Progress } from "./progress.ts";

/** A document that was read. The same text is read once, unless it is long. */
export interface ReadDocument {
  readonly text: string;
  readonly kind: PolicyKind;
  /** Undefined: it is not valid, and counts for nothing, as it does in a decision that denies. */
  readonly policy: Policy | undefined;
  readonly issues: readonly Issue[];
}

/** A policy where it stands. */
export interface OwnedPolicy {
  /** A managed policy's ARN, or `<owner's ARN>/<inline policy's name>`. */
  readonly id: string;
  readonly document: ReadDocument;
  /** The group through which a user has it. */
  readonly group: string | undefined;
}

/** A user or role with all that decides what it may do. */
export interface Entity {
  readonly arn: string;
  readonly type: "User" | "Role";
  readonly name: string;
  readonly id: string;
  readonly principal: Principal;
  readonly policies: readonly OwnedPolicy[];
  readonly boundary: readonly OwnedPolicy[] | undefined;
  /** Names of a user's groups. */
  readonly groups: readonly string[];
  readonly tags: readonly ModelTag[];
  /** Of a role. */
  readonly trust: ReadDocument | undefined;
}

export interface Group {
  readonly name: string;
  readonly arn: string;
  readonly policies: readonly OwnedPolicy[];
}

/** An account made ready for questions. */
export interface Directory {
  readonly account: string;
  readonly entities: readonly Entity[];
  /** Users and roles by ARN. */
  readonly byArn: ReadonlyMap<string, Entity>;
  /** By unique id. */
  readonly byId: ReadonlyMap<string, Entity>;
  readonly groups: ReadonlyMap<string, Group>;
  readonly groupsByArn: ReadonlyMap<string, Group>;
  /** Managed policies by ARN. */
  readonly managed: ReadonlyMap<string, OwnedPolicy>;
  readonly serviceControl: readonly (readonly OwnedPolicy[])[];
}

/** A trust policy where it stands. */
export const trustPolicy = (roleArn: string, document: ReadDocument): OwnedPolicy => ({
  id: `${roleArn}/trust`,
  document,
  group: undefined,
});

/** Entities that one slice of work reads. */
const SLICE = 100;

/** Reads a model. What is not as it should be is left out; it never throws. */
export function* readDirectory(model: AccountModel): Generator<Progress, Directory> {
  const users = model.UserDetailList ?? [];
  const roles = model.RoleDetailList ?? [];
  const total = users.length + roles.length;
  const account = model.AccountId ?? accountIn(model) ?? "000000000000";
  const read = reader();
  const managed = readManaged(model, read);
  const policiesOf = (
    owner: string,
    inline: readonly PolicyText[] | undefined,
    attached: readonly AttachedPolicy[] | undefined,
    ofGroups: readonly OwnedPolicy[] = [],
  ): readonly OwnedPolicy[] => [
    ...ownedBy(owner, inline, "identity", read),
    ...(attached ?? []).flatMap(({ PolicyArn }) => managed.get(PolicyArn ?? "") ?? []),
    ...ofGroups,
  ];
  const boundaryOf = (boundary: Boundary | undefined): readonly OwnedPolicy[] | undefined => {
    const arn = boundary?.PermissionsBoundaryArn;
    // A boundary that is not there allows nothing.
    return arn === undefined ? undefined : [managed.get(arn) ?? []].flat();
  };
  const groups = new Map<string, Group>();
  for (const group of model.GroupDetailList ?? []) {
    const { GroupName: name } = group;
    if (name === undefined) continue;
    const arn = group.Arn ?? `arn:aws:iam::${account}:group/${name}`;
    const own = policiesOf(arn, group.GroupPolicyList, group.AttachedManagedPolicies);
    groups.set(name, { name, arn, policies: own.map((policy) => ({ ...policy, group: name })) });
  }
  const entities: Entity[] = [];
  for (const user of users) {
    const { UserName: name } = user;
    if (name === undefined) continue;
    if (entities.length % SLICE === 0) yield { phase: "reading", done: entities.length, total };
    const arn = user.Arn ?? `arn:aws:iam::${account}:user${user.Path ?? "/"}${name}`;
    const id = user.UserId ?? name;
    const groupNames = user.GroupList ?? [];
    const ofGroups = groupNames.flatMap((group) => groups.get(group)?.policies ?? []);
    entities.push({
      type: "User",
      arn,
      name,
      id,
      principal: { type: "User", account, arn, userId: id },
      policies: policiesOf(arn, user.UserPolicyList, user.AttachedManagedPolicies, ofGroups),
      boundary: boundaryOf(user.PermissionsBoundary),
      groups: groupNames,
      tags: user.Tags ?? [],
      trust: undefined,
    });
  }
  for (const role of roles) {
    const { RoleName: name, AssumeRolePolicyDocument: trust } = role;
    if (name === undefined) continue;
    if (entities.length % SLICE === 0) yield { phase: "reading", done: entities.length, total };
    const arn = role.Arn ?? `arn:aws:iam::${account}:role${role.Path ?? "/"}${name}`;
    const id = role.RoleId ?? name;
    entities.push({
      type: "Role",
      arn,
      name,
      id,
      principal: {
        type: "AssumedRole",
        account,
        arn: `arn:aws:sts::${account}:assumed-role/${name}/session`,
        userId: `${id}:session`,
        roleArn: arn,
        roleId: id,
      },
      policies: policiesOf(arn, role.RolePolicyList, role.AttachedManagedPolicies),
      boundary: boundaryOf(role.PermissionsBoundary),
      groups: [],
      tags: role.Tags ?? [],
      trust: trust === undefined ? undefined : read(trust, "trust"),
    });
  }
  return {
    account,
    entities,
    byArn: new Map(entities.map((entity) => [entity.arn, entity])),
    byId: new Map(entities.map((entity) => [entity.id, entity])),
    groups,
    groupsByArn: new Map([...groups.values()].map((group) => [group.arn, group])),
    managed,
    serviceControl: (model.ServiceControlPolicies ?? []).map((level, at) =>
      ownedBy(`service-control/${at}`, level, "serviceControl", read),
    ),
  };
}

type Read = (input: DocumentInput, kind: PolicyKind) => ReadDocument;

/**
 * V8 hashes texts of more than 16,383 characters by their length alone, so a map compares those of
 * one length with each other, as far as they begin alike.
 */
const LONGEST_KNOWN = 16_000;

function reader(): Read {
  const known = new Map<string, ReadDocument>();
  return (input, kind) => {
    const text = documentText(input);
    const readText = (): ReadDocument => {
      const parsed = parsePolicy(text, kind);
      return parsed.ok
        ? { text, kind, policy: parsed.policy, issues: [] }
        : { text, kind, policy: undefined, issues: parsed.issues };
    };
    return text.length > LONGEST_KNOWN ? readText() : cached(known, `${kind} ${text}`, readText);
  };
}

/** The default versions of managed policies, by ARN. */
function readManaged({ Policies }: AccountModel, read: Read): ReadonlyMap<string, OwnedPolicy> {
  const managed = new Map<string, OwnedPolicy>();
  for (const { Arn: id, PolicyVersionList, DefaultVersionId } of Policies ?? []) {
    const version = (PolicyVersionList ?? []).find(
      ({ IsDefaultVersion, VersionId }) =>
        IsDefaultVersion === true || (VersionId !== undefined && VersionId === DefaultVersionId),
    );
    if (id !== undefined && version?.Document !== undefined)
      managed.set(id, { id, document: read(version.Document, "identity"), group: undefined });
  }
  return managed;
}

function ownedBy(
  owner: string,
  list: readonly PolicyText[] | undefined,
  kind: PolicyKind,
  read: Read,
): readonly OwnedPolicy[] {
  return (list ?? []).flatMap(({ PolicyName = "", PolicyDocument: text }) =>
    text === undefined
      ? []
      : [{ id: `${owner}/${PolicyName}`, document: read(text, kind), group: undefined }],
  );
}

function accountIn({
  UserDetailList,
  RoleDetailList,
  GroupDetailList,
}: AccountModel): string | undefined {
  for (const list of [UserDetailList, RoleDetailList, GroupDetailList]) {
    for (const { Arn } of list ?? []) {
      const account = Arn === undefined ? undefined : splitArn(Arn)?.account;
      if (account !== undefined && account !== "") return account;
    }
  }
  return undefined;
}
