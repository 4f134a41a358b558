import type { AccountModel, DocumentInput } from "@portcullis/analysis";
import { cannedPolicies } from "@portcullis/iam/canned";
import { type DataFile, parseData } from "../file/data-file.ts";
import type { TestFile } from "../file/test-file.ts";
import { InputFault } from "../input-fault.ts";

export const DEFAULT_ACCOUNT = "111122223333";

type Document = string | Readonly<Record<string, unknown>>;

/** Reads a file's text by its path, which is relative to the test file. @throws {InputFault} */
export type ReadText = (path: string) => string;

/** A document that a test file has, or names by its path. */
export const documentText = (document: Document, read: ReadText): DocumentInput =>
  typeof document === "string" ? read(document) : document;

/**
 * A test file's account in the form of GetAccountAuthorizationDetails.
 * @throws {InputFault} if it names a policy or group that it does not have
 */
export function accountModelOf(content: TestFile, file: string, readText: ReadText): AccountModel {
  const { details } = content;
  const base = details === undefined ? {} : detailsOf(parseData(readText(details), details));
  const account = content.account ?? base.AccountId ?? DEFAULT_ACCOUNT;
  const read = (document: Document) => documentText(document, readText);
  const arnOf = policyArns(content, base, account, file);
  const groups = new Set([
    ...Object.keys(content.groups ?? {}),
    ...(base.GroupDetailList ?? []).map(({ GroupName = "" }) => GroupName),
  ]);
  const inline = (documents: Readonly<Record<string, Document>> = {}) =>
    Object.entries(documents).map(([PolicyName, document]) => ({
      PolicyName,
      PolicyDocument: read(document),
    }));
  const attached = (names: readonly string[] = [], owner: string) =>
    names.map((name) => ({ PolicyName: name, PolicyArn: arnOf(name, owner) }));
  const common = (
    {
      boundary,
      tags = {},
    }: { boundary?: string | undefined; tags?: Readonly<Record<string, string>> | undefined },
    owner: string,
  ) => ({
    ...(boundary === undefined
      ? {}
      : { PermissionsBoundary: { PermissionsBoundaryArn: arnOf(boundary, owner) } }),
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  });
  return {
    AccountId: account,
    UserDetailList: [
      ...(base.UserDetailList ?? []),
      ...Object.entries(content.users ?? {}).map(([UserName, user]) => {
        const unknown = user.groups?.find((name) => !groups.has(name));
        if (unknown !== undefined)
          throw new InputFault(
            `${file}: user ${UserName} is in group ${unknown}, which is not there.`,
          );
        return {
          Path: "/",
          UserName,
          UserId: `AIDA${UserName}`,
          Arn: `arn:aws:iam::${account}:user/${UserName}`,
          UserPolicyList: inline(user.inline),
          GroupList: user.groups ?? [],
          AttachedManagedPolicies: attached(user.policies, `user ${UserName}`),
          ...common(user, `user ${UserName}`),
        };
      }),
    ],
    GroupDetailList: [
      ...(base.GroupDetailList ?? []),
      ...Object.entries(content.groups ?? {}).map(([GroupName, group]) => ({
        Path: "/",
        GroupName,
        GroupId: `AGPA${GroupName}`,
        Arn: `arn:aws:iam::${account}:group/${GroupName}`,
        GroupPolicyList: inline(group.inline),
        AttachedManagedPolicies: attached(group.policies, `group ${GroupName}`),
      })),
    ],
    RoleDetailList: [
      ...(base.RoleDetailList ?? []),
      ...Object.entries(content.roles ?? {}).map(([RoleName, role]) => ({
        Path: "/",
        RoleName,
        RoleId: `AROA${RoleName}`,
        Arn: `arn:aws:iam::${account}:role/${RoleName}`,
        ...(role.trust === undefined ? {} : { AssumeRolePolicyDocument: read(role.trust) }),
        RolePolicyList: inline(role.inline),
        AttachedManagedPolicies: attached(role.policies, `role ${RoleName}`),
        ...common(role, `role ${RoleName}`),
      })),
    ],
    Policies: [
      ...(base.Policies ?? []),
      ...Object.entries(content.policies ?? {}).map(([PolicyName, document]) =>
        managed(PolicyName, arnOf(PolicyName, "policies"), read(document)),
      ),
      ...cannedPolicies().map(({ name, arn, document }) => managed(name, arn, document)),
    ],
    ...(content.serviceControl === undefined
      ? {}
      : {
          ServiceControlPolicies: content.serviceControl.map((level) =>
            level.map((name) => ({
              PolicyName: name,
              PolicyDocument: serviceControlDocument(name, content, read, file),
            })),
          ),
        }),
  };
}

/** @throws {InputFault} if the file is no output of get-account-authorization-details */
export function detailsOf({ path, data }: DataFile): AccountModel {
  const isDetails =
    data instanceof Object &&
    LISTS.some((list) => list in data) &&
    LISTS.every((list) => {
      const items = (data as Readonly<Record<string, unknown>>)[list];
      return (
        items === undefined || (Array.isArray(items) && items.every((one) => one instanceof Object))
      );
    });
  if (!isDetails)
    throw new InputFault(
      `${path} is no output of \`aws iam get-account-authorization-details\`: it has none of ${LISTS.join(", ")}.`,
    );
  return data as AccountModel;
}

const LISTS = ["UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"] as const;

const managed = (PolicyName: string, Arn: string, Document: DocumentInput) => ({
  PolicyName,
  Arn,
  DefaultVersionId: "v1",
  PolicyVersionList: [{ VersionId: "v1", IsDefaultVersion: true, Document }],
});

function policyArns(
  { policies = {} }: TestFile,
  { Policies = [] }: AccountModel,
  account: string,
  file: string,
): (name: string, owner: string) => string {
  const known = new Map(Policies.map(({ PolicyName = "", Arn = "" }) => [PolicyName, Arn]));
  for (const { arn } of cannedPolicies()) known.set(arn, arn);
  for (const { Arn = "" } of Policies) known.set(Arn, Arn);
  for (const name of Object.keys(policies))
    known.set(name, `arn:aws:iam::${account}:policy/${name}`);
  return (name, owner) => {
    const arn = known.get(name);
    if (arn === undefined)
      throw new InputFault(`${file}: ${owner} has policy ${name}, which is not there.`);
    return arn;
  };
}

function serviceControlDocument(
  name: string,
  { policies = {} }: TestFile,
  read: (document: Document) => DocumentInput,
  file: string,
): DocumentInput {
  if (Object.hasOwn(policies, name)) return read(policies[name] ?? "");
  // AWS's own, which every organization has.
  if (name === "FullAWSAccess")
    return {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
    };
  throw new InputFault(`${file}: serviceControl has policy ${name}, which is not there.`);
}
