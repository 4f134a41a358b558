import {
  type Issue,
  type Policy,
  type PolicyKind,
  type Principal,
  parsePolicy,
  splitArn,
} from "@portcullis/policy";
import { documentText } from "./document-text.ts";
import type {
  AccountModel,
  AttachedPolicy,
  Boundary,
  DocumentInput,
  ModelTag,
  PolicyText,
  RoleDetail,
  UserDetail,
} from "./model.ts";
import type { Progress } from "./progress.ts";

/** A document that was read; the same text is read once. */
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
  const total = (model.UserDetailList ?? []).length + (model.RoleDetailList ?? []).length;
  const read = reader();
  const account = model.AccountId ?? accountIn(model) ?? "000000000000";
  const managed = new Map<string, OwnedPolicy>();
  for (const { Arn, PolicyVersionList, DefaultVersionId } of model.Policies ?? []) {
    const version = (PolicyVersionList ?? []).find(
      ({ IsDefaultVersion, VersionId }) =>
        IsDefaultVersion === true || (VersionId !== undefined && VersionId === DefaultVersionId),
    );
    if (Arn !== undefined && version?.Document !== undefined)
      managed.set(Arn, { id: Arn, document: read(version.Document, "identity"), group: undefined });
  }
  const attached = (list: readonly AttachedPolicy[] | undefined) =>
    (list ?? []).flatMap(({ PolicyArn }) => managed.get(PolicyArn ?? "") ?? []);
  const inline = (owner: string, list: readonly PolicyText[] | undefined) =>
    ownedBy(owner, list, "identity", read);
  const groups = new Map<string, Group>();
  for (const {
    GroupName: name,
    Arn,
    GroupPolicyList,
    AttachedManagedPolicies,
  } of model.GroupDetailList ?? []) {
    if (name === undefined) continue;
    const arn = Arn ?? `arn:aws:iam::${account}:group/${name}`;
    const policies = [...inline(arn, GroupPolicyList), ...attached(AttachedManagedPolicies)];
    groups.set(name, {
      name,
      arn,
      policies: policies.map((policy) => ({ ...policy, group: name })),
    });
  }
  const boundaryOf = (boundary: Boundary | undefined) => {
    const arn = boundary?.PermissionsBoundaryArn;
    if (arn === undefined) return undefined;
    const policy = managed.get(arn);
    // A boundary that is not there allows nothing.
    return policy === undefined ? [] : [policy];
  };
  const entities: Entity[] = [];
  for (const user of model.UserDetailList ?? []) {
    const { UserName: name } = user;
    if (name === undefined) continue;
    if (entities.length % SLICE === 0) yield { phase: "reading", done: entities.length, total };
    const own = user.Arn ?? `arn:aws:iam::${account}:user${user.Path ?? "/"}${name}`;
    const ofGroups = (user.GroupList ?? []).flatMap((group) => groups.get(group)?.policies ?? []);
    const policies = [
      ...inline(own, user.UserPolicyList),
      ...attached(user.AttachedManagedPolicies),
      ...ofGroups,
    ];
    entities.push(
      userEntity(user, name, own, account, policies, boundaryOf(user.PermissionsBoundary)),
    );
  }
  for (const role of model.RoleDetailList ?? []) {
    const { RoleName: name } = role;
    if (name === undefined) continue;
    if (entities.length % SLICE === 0) yield { phase: "reading", done: entities.length, total };
    const own = role.Arn ?? `arn:aws:iam::${account}:role${role.Path ?? "/"}${name}`;
    const policies = [
      ...inline(own, role.RolePolicyList),
      ...attached(role.AttachedManagedPolicies),
    ];
    const trust =
      role.AssumeRolePolicyDocument === undefined
        ? undefined
        : read(role.AssumeRolePolicyDocument, "trust");
    entities.push({
      ...roleEntity(role, name, own, account, policies, boundaryOf(role.PermissionsBoundary)),
      trust,
    });
  }
  const levels = model.ServiceControlPolicies ?? [];
  return {
    account,
    entities,
    byArn: new Map(entities.map((entity) => [entity.arn, entity])),
    byId: new Map(entities.map((entity) => [entity.id, entity])),
    groups,
    groupsByArn: new Map([...groups.values()].map((group) => [group.arn, group])),
    managed,
    serviceControl: levels.map((level, at) =>
      ownedBy(`service-control/${at}`, level, "serviceControl", read),
    ),
  };
}

type Read = (input: DocumentInput, kind: PolicyKind) => ReadDocument;

function reader(): Read {
  const known = new Map<string, ReadDocument>();
  return (input, kind) => {
    const text = documentText(input);
    const key = `${kind} ${text}`;
    const former = known.get(key);
    if (former !== undefined) return former;
    const parsed = parsePolicy(text, kind);
    const document: ReadDocument = parsed.ok
      ? { text, kind, policy: parsed.policy, issues: [] }
      : { text, kind, policy: undefined, issues: parsed.issues };
    known.set(key, document);
    return document;
  };
}

function ownedBy(
  owner: string,
  list: readonly PolicyText[] | undefined,
  kind: PolicyKind,
  read: Read,
): readonly OwnedPolicy[] {
  return (list ?? []).flatMap(({ PolicyName, PolicyDocument }) =>
    PolicyDocument === undefined
      ? []
      : [
          {
            id: `${owner}/${PolicyName ?? ""}`,
            document: read(PolicyDocument, kind),
            group: undefined,
          },
        ],
  );
}

/** A user by its details, with its own policies and those of its groups. */
export function userEntity(
  { UserId, GroupList, Tags }: UserDetail,
  name: string,
  arn: string,
  account: string,
  policies: readonly OwnedPolicy[],
  boundary: readonly OwnedPolicy[] | undefined,
): Entity {
  const id = UserId ?? name;
  return {
    arn,
    type: "User",
    name,
    id,
    principal: { type: "User", account, arn, userId: id },
    policies,
    boundary,
    groups: GroupList ?? [],
    tags: Tags ?? [],
    trust: undefined,
  };
}

function roleEntity(
  { RoleId, Tags }: RoleDetail,
  name: string,
  arn: string,
  account: string,
  policies: readonly OwnedPolicy[],
  boundary: readonly OwnedPolicy[] | undefined,
): Entity {
  const id = RoleId ?? name;
  return {
    arn,
    type: "Role",
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
    policies,
    boundary,
    groups: [],
    tags: Tags ?? [],
    trust: undefined,
  };
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
