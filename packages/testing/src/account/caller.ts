import type { AccountModel, DocumentInput, RoleDetail, UserDetail } from "@portcullis/analysis";
import type { Caller } from "@portcullis/iam/caller";
import type { ApplicablePolicies, CompiledPolicy } from "@portcullis/policy";
import { InputFault } from "../input-fault.ts";
import { DEFAULT_ACCOUNT } from "./account-model.ts";
import type { CompiledDocuments } from "./compiled-documents.ts";

/** Finds principals of an account, with the policies that apply to them. */
export type FindCaller = (name: string) => Caller;

type Detail = UserDetail | RoleDetail;

/**
 * @param name `alice`, `user/alice`, `role/Auditor`, an ARN, or `root`
 * @throws {InputFault} if there is no such principal, or there are several
 */
export function callersIn(model: AccountModel, documents: CompiledDocuments): FindCaller {
  const account = accountOf(model);
  const managed = new Map(
    (model.Policies ?? []).map((policy) => {
      const versions = policy.PolicyVersionList ?? [];
      const current =
        versions.find(({ IsDefaultVersion }) => IsDefaultVersion === true) ??
        versions.find(({ VersionId }) => VersionId === policy.DefaultVersionId);
      return [policy.Arn ?? "", current?.Document] as const;
    }),
  );
  const groups = new Map((model.GroupDetailList ?? []).map((group) => [group.GroupName, group]));
  const serviceControl = model.ServiceControlPolicies?.map((level) =>
    level.map(({ PolicyName = "", PolicyDocument = "" }) =>
      documents.compile(PolicyDocument, PolicyName, "service control"),
    ),
  );
  const ofManaged = (arn: string, type: "identity-based" | "permissions boundary") => {
    const document = managed.get(arn);
    if (document === undefined) throw new InputFault(`The account has no policy ${arn}.`);
    return documents.compile(document, arn, type);
  };
  const attached = (list: Detail["AttachedManagedPolicies"] = []) =>
    list.map(({ PolicyArn = "" }) => ofManaged(PolicyArn, "identity-based"));
  const inline = (list: readonly Inline[] = [], owner: string | undefined) =>
    list.map(({ PolicyName = "", PolicyDocument = "" }) =>
      documents.compile(PolicyDocument, `${owner}/${PolicyName}`, "identity-based"),
    );
  const policiesOf = (detail: Detail, own: readonly CompiledPolicy[]): ApplicablePolicies => {
    const boundary = detail.PermissionsBoundary?.PermissionsBoundaryArn;
    return {
      identity: [...own, ...attached(detail.AttachedManagedPolicies)],
      ...(boundary === undefined
        ? {}
        : { boundary: [ofManaged(boundary, "permissions boundary")] }),
      ...(serviceControl === undefined ? {} : { serviceControl }),
    };
  };
  const common = (detail: Detail, own: readonly CompiledPolicy[]) => ({
    account,
    accessKeyId: "",
    policies: policiesOf(detail, own),
    tags: (detail.Tags ?? []).map(({ Key = "", Value = "" }) => ({ key: Key, value: Value })),
  });
  const userCaller = (user: UserDetail): Caller => {
    const { Arn: arn = "", UserId: userId = "", UserName: userName = "" } = user;
    const own = [
      ...inline(user.UserPolicyList, arn),
      ...(user.GroupList ?? []).flatMap((name) => {
        const group = groups.get(name);
        return [
          ...inline(group?.GroupPolicyList, group?.Arn),
          ...attached(group?.AttachedManagedPolicies),
        ];
      }),
    ];
    const principal = { type: "User", account, arn, userId } as const;
    return { principal, userName, ...common(user, own) };
  };
  const roleCaller = (role: RoleDetail): Caller => {
    const { Arn: roleArn = "", RoleId: roleId = "", RoleName = "" } = role;
    const principal = {
      type: "AssumedRole",
      account,
      arn: `arn:aws:sts::${account}:assumed-role/${RoleName}/session`,
      userId: `${roleId}:session`,
      roleArn,
      roleId,
    } as const;
    return { principal, ...common(role, inline(role.RolePolicyList, roleArn)) };
  };
  const rootCaller = (): Caller => ({
    principal: {
      type: "Root",
      account,
      arn: `arn:aws:iam::${account}:root`,
      userId: account,
    },
    account,
    accessKeyId: "",
    policies: { identity: [], ...(serviceControl === undefined ? {} : { serviceControl }) },
    tags: [],
  });
  const known = new Map<string, (() => Caller)[]>();
  const add = (names: readonly string[], make: () => Caller) => {
    for (const name of new Set(names)) known.set(name, [...(known.get(name) ?? []), make]);
  };
  for (const user of model.UserDetailList ?? []) {
    const { UserName = "", Arn = "" } = user;
    add([UserName, `user/${UserName}`, Arn], () => userCaller(user));
  }
  for (const role of model.RoleDetailList ?? []) {
    const { RoleName = "", Arn = "" } = role;
    add([RoleName, `role/${RoleName}`, Arn], () => roleCaller(role));
  }
  if (!known.has("root")) add(["root"], rootCaller);
  add([`arn:aws:iam::${account}:root`], rootCaller);
  const made = new Map<string, Caller>();
  return (name) => {
    const former = made.get(name);
    if (former !== undefined) return former;
    const [make, another] = known.get(name) ?? [];
    if (make === undefined) throw new InputFault(`There is no user or role ${name}.`);
    if (another !== undefined)
      throw new InputFault(`${name} is a user and a role: write user/${name} or role/${name}.`);
    const caller = make();
    made.set(name, caller);
    return caller;
  };
}

interface Inline {
  readonly PolicyName?: string | undefined;
  readonly PolicyDocument?: DocumentInput | undefined;
}

/** The id of a model's account: its own, or that of its first ARN. */
export function accountOf(model: AccountModel): string {
  if (model.AccountId !== undefined) return model.AccountId;
  const lists = [model.UserDetailList, model.RoleDetailList, model.GroupDetailList, model.Policies];
  for (const list of lists) {
    for (const { Arn } of list ?? []) {
      const account = Arn?.split(":")[4];
      if (account !== undefined && /^\d{12}$/.test(account)) return account;
    }
  }
  return DEFAULT_ACCOUNT;
}
