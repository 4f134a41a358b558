import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetUserCommand,
  type Tag,
} from "@aws-sdk/client-iam";
import type { Principal } from "@portcullis/policy";
import { iam } from "../../api/clients.ts";
import { type CallFailure, describeFailure } from "../../api/errors.ts";
import { policyPath } from "../../app/paths.ts";
import type { HolderKind } from "../../documents/addresses.ts";
import { decodeDocument } from "../../documents/document.ts";
import { attachedPolicies, inlinePolicies } from "../../documents/holder-policies.ts";
import { HOLDERS } from "../../documents/holders.ts";
import { nameOf } from "../../permissions/permission-choice.ts";
import { groupsOf } from "../../permissions/permission-sources.ts";
import type { CaseDocument } from "./case-policies.ts";
import { madeUpUser } from "./made-up-user.ts";
import type { Subject } from "./simulation-case.ts";

/** A principal with the documents that decide what it may do. */
export interface LoadedSubject {
  readonly principal: Principal;
  readonly tags: readonly Tag[];
  readonly documents: readonly CaseDocument[];
  /** The boundary may not be readable, and limits all the same. */
  readonly hasBoundary: boolean;
  /** What could not be read. */
  readonly failures: readonly CallFailure[];
}

const SESSION = "simulation";

/** Null: none is chosen. @throws what IAM answers when the user or role itself can't be read */
export async function loadSubject(
  subject: Subject,
  account: string,
): Promise<LoadedSubject | null> {
  if (subject.kind === "root") return withoutPolicies(rootOf(account));
  if (subject.kind === "pasted") return withoutPolicies(madeUpUser(account));
  if (subject.name === "") return null;
  return subject.kind === "user" ? loadUser(subject.name) : loadRole(subject.name, account);
}

const rootOf = (account: string): Principal => ({
  type: "Root",
  account,
  arn: `arn:aws:iam::${account}:root`,
  userId: account,
});

const withoutPolicies = (principal: Principal): LoadedSubject => ({
  principal,
  tags: [],
  documents: [],
  hasBoundary: false,
  failures: [],
});

async function loadUser(UserName: string): Promise<LoadedSubject> {
  const reader = documentReader();
  const { User } = await iam(new GetUserCommand({ UserName }));
  const groups = await reader.attempt(() => groupsOf(UserName), []);
  const { Arn: arn = "", UserId: userId = "", Tags: tags = [], PermissionsBoundary } = User ?? {};
  const documents = await Promise.all([
    reader.policiesOf("user", UserName),
    ...groups.map((group) => reader.policiesOf("group", group)),
    reader.boundary(PermissionsBoundary?.PermissionsBoundaryArn),
  ]);
  const account = arn.split(":")[4] ?? "";
  return {
    principal: { type: "User", account, arn, userId },
    tags,
    documents: documents.flat(),
    hasBoundary: PermissionsBoundary !== undefined,
    failures: reader.failures(),
  };
}

async function loadRole(RoleName: string, account: string): Promise<LoadedSubject> {
  const reader = documentReader();
  const { Role } = await iam(new GetRoleCommand({ RoleName }));
  const { Arn = "", RoleId = "", Tags: tags = [], PermissionsBoundary } = Role ?? {};
  const documents = await Promise.all([
    reader.policiesOf("role", RoleName),
    reader.boundary(PermissionsBoundary?.PermissionsBoundaryArn),
  ]);
  return {
    principal: {
      type: "AssumedRole",
      account,
      arn: `arn:aws:sts::${account}:assumed-role/${RoleName}/${SESSION}`,
      userId: `${RoleId}:${SESSION}`,
      roleArn: Arn,
      roleId: RoleId,
    },
    tags,
    documents: documents.flat(),
    hasBoundary: PermissionsBoundary !== undefined,
    failures: reader.failures(),
  };
}

interface DocumentReader {
  readonly attempt: <T>(load: () => Promise<T>, otherwise: T) => Promise<T>;
  readonly policiesOf: (kind: HolderKind, name: string) => Promise<readonly CaseDocument[]>;
  readonly boundary: (arn: string | undefined) => Promise<readonly CaseDocument[]>;
  readonly failures: () => readonly CallFailure[];
}

/** Reads documents as far as the caller may. A managed policy is read once. */
function documentReader(): DocumentReader {
  const failures = new Map<string, CallFailure>();
  const attempt = async <T>(load: () => Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await load();
    } catch (error) {
      const failure = describeFailure(error);
      failures.set(`${failure.code}/${failure.action ?? failure.message}`, failure);
      return otherwise;
    }
  };
  const texts = new Map<string, Promise<string | undefined>>();
  const managed = (arn: string) => {
    const text = texts.get(arn) ?? attempt<string | undefined>(() => managedText(arn), undefined);
    texts.set(arn, text);
    return text;
  };
  const managedDocument = async (part: "identity" | "boundary", arn: string, via: string) => {
    const text = await managed(arn);
    return text === undefined
      ? []
      : [{ part, name: nameOf(arn) + via, text, page: policyPath(arn) }];
  };
  return {
    attempt,
    async policiesOf(kind, name) {
      const holder = HOLDERS[kind];
      const via = kind === "group" ? `, by group ${name}` : "";
      const [attached, inline] = await Promise.all([
        attempt(() => attachedPolicies(kind, name), []),
        attempt(() => inlinePolicies(kind, name), []),
      ]);
      const read = await Promise.all([
        ...attached.map((arn) => managedDocument("identity", arn, via)),
        ...inline.map(async (policy): Promise<readonly CaseDocument[]> => {
          const text = await attempt<string | undefined>(
            async () => decodeDocument(await holder.document(name, policy)),
            undefined,
          );
          if (text === undefined) return [];
          return [
            { part: "identity", name: `${policy}, inline${via}`, text, page: holder.page(name) },
          ];
        }),
      ]);
      return read.flat();
    },
    boundary: async (arn) => (arn === undefined ? [] : managedDocument("boundary", arn, "")),
    failures: () => [...failures.values()],
  };
}

async function managedText(PolicyArn: string): Promise<string> {
  const { Policy } = await iam(new GetPolicyCommand({ PolicyArn }));
  const VersionId = Policy?.DefaultVersionId;
  const { PolicyVersion } = await iam(new GetPolicyVersionCommand({ PolicyArn, VersionId }));
  return decodeDocument(PolicyVersion?.Document);
}
