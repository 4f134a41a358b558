import {
  GetGroupPolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetUserCommand,
  GetUserPolicyCommand,
  ListAttachedGroupPoliciesCommand,
  ListAttachedUserPoliciesCommand,
  ListGroupPoliciesCommand,
  ListGroupsForUserCommand,
  ListUserPoliciesCommand,
} from "@aws-sdk/client-iam";
import { allPages } from "../api/all-pages.ts";
import { iam } from "../api/clients.ts";
import { type CallFailure, describeFailure } from "../api/errors.ts";

/** Where a user has a policy from: attached to the user itself, or to one of the user's groups. */
export type Origin = { readonly kind: "user" } | { readonly kind: "group"; readonly name: string };

/** A policy that applies to a user. */
export interface PermissionSource {
  readonly policyName: string;
  /** Undefined: an inline policy. */
  readonly arn: string | undefined;
  readonly origin: Origin;
  /** The document's text; undefined when it may not be read. */
  readonly document: string | undefined;
}

export interface UserPermissions {
  readonly sources: readonly PermissionSource[];
  readonly boundary: { readonly arn: string; readonly document: string | undefined } | undefined;
  /** False: the user may not be read, so that a boundary may be there. */
  readonly isBoundaryKnown: boolean;
  readonly groups: readonly string[];
  /** What could not be read; the rest is shown all the same. */
  readonly failures: readonly CallFailure[];
}

/** Every policy that applies to a user, with its origin, as far as the caller may read them. */
export async function loadPermissions(userName: string): Promise<UserPermissions> {
  const failures: CallFailure[] = [];
  const attempt = async <T>(load: () => Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await load();
    } catch (error) {
      failures.push(describeFailure(error));
      return otherwise;
    }
  };
  const documents = new Map<string, Promise<string | undefined>>();
  const managed = (arn: string) => {
    const known = documents.get(arn) ?? attempt(() => managedDocument(arn), undefined);
    documents.set(arn, known);
    return known;
  };
  const [user, groups] = await Promise.all([
    attempt(() => iam(new GetUserCommand({ UserName: userName })), undefined),
    attempt(() => groupsOf(userName), []),
  ]);
  const holders = [userHolder(userName), ...groups.map(groupHolder)];
  const found = await Promise.all(
    holders.map(async ({ origin, attached, inline, inlineDocument }) => {
      const [arns, names] = await Promise.all([attempt(attached, []), attempt(inline, [])]);
      return Promise.all([
        ...arns.map(async (arn) => ({
          policyName: arn.slice(arn.lastIndexOf("/") + 1),
          arn,
          origin,
          document: await managed(arn),
        })),
        ...names.map(async (policyName) => ({
          policyName,
          arn: undefined,
          origin,
          document: await attempt(() => inlineDocument(policyName), undefined),
        })),
      ]);
    }),
  );
  const boundaryArn = user?.User?.PermissionsBoundary?.PermissionsBoundaryArn;
  const boundary =
    boundaryArn === undefined
      ? undefined
      : { arn: boundaryArn, document: await managed(boundaryArn) };
  const isBoundaryKnown = user !== undefined;
  const sources = found.flat();
  return { sources, boundary, isBoundaryKnown, groups, failures: distinct(failures) };
}

interface Holder {
  readonly origin: Origin;
  readonly attached: () => Promise<readonly string[]>;
  readonly inline: () => Promise<readonly string[]>;
  readonly inlineDocument: (policyName: string) => Promise<string | undefined>;
}

const userHolder = (UserName: string): Holder => ({
  origin: { kind: "user" },
  attached: () => attachedToUser(UserName),
  inline: () =>
    allPages(async (Marker) => {
      const answer = await iam(new ListUserPoliciesCommand({ UserName, Marker }));
      return { items: answer.PolicyNames, marker: answer.Marker };
    }),
  inlineDocument: async (PolicyName) =>
    decoded((await iam(new GetUserPolicyCommand({ UserName, PolicyName }))).PolicyDocument),
});

const groupHolder = (GroupName: string): Holder => ({
  origin: { kind: "group", name: GroupName },
  attached: () =>
    allPages(async (Marker) => {
      const answer = await iam(new ListAttachedGroupPoliciesCommand({ GroupName, Marker }));
      return { items: answer.AttachedPolicies?.map(arnOf), marker: answer.Marker };
    }),
  inline: () =>
    allPages(async (Marker) => {
      const answer = await iam(new ListGroupPoliciesCommand({ GroupName, Marker }));
      return { items: answer.PolicyNames, marker: answer.Marker };
    }),
  inlineDocument: async (PolicyName) =>
    decoded((await iam(new GetGroupPolicyCommand({ GroupName, PolicyName }))).PolicyDocument),
});

export const attachedToUser = (UserName: string): Promise<readonly string[]> =>
  allPages(async (Marker) => {
    const answer = await iam(new ListAttachedUserPoliciesCommand({ UserName, Marker }));
    return { items: answer.AttachedPolicies?.map(arnOf), marker: answer.Marker };
  });

export const groupsOf = (UserName: string): Promise<readonly string[]> =>
  allPages(async (Marker) => {
    const answer = await iam(new ListGroupsForUserCommand({ UserName, Marker }));
    return { items: answer.Groups?.map(({ GroupName = "" }) => GroupName), marker: answer.Marker };
  });

async function managedDocument(PolicyArn: string): Promise<string | undefined> {
  const { Policy } = await iam(new GetPolicyCommand({ PolicyArn }));
  const VersionId = Policy?.DefaultVersionId;
  const { PolicyVersion } = await iam(new GetPolicyVersionCommand({ PolicyArn, VersionId }));
  return decoded(PolicyVersion?.Document);
}

const arnOf = ({ PolicyArn = "" }: { PolicyArn?: string | undefined }): string => PolicyArn;

/** IAM answers documents percent-encoded. */
const decoded = (document: string | undefined): string | undefined =>
  document === undefined ? undefined : decodeURIComponent(document);

/** Each missing action once, whatever it was asked of. */
const distinct = (failures: readonly CallFailure[]): readonly CallFailure[] => [
  ...new Map(
    failures.map((failure) => [`${failure.code}/${failure.action ?? failure.message}`, failure]),
  ).values(),
];
