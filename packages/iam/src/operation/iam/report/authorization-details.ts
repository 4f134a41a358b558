import type * as sdk from "@aws-sdk/client-iam";
import { cannedPolicies } from "../../../canned/index.ts";
import { encodeDocument } from "../../../document.ts";
import { describeGroup } from "../../../entity/group.ts";
import { describeInstanceProfiles } from "../../../entity/instance-profile.ts";
import { describeRole } from "../../../entity/role.ts";
import { sdkTags } from "../../../entity/tagging.ts";
import { describeUser, userEntry } from "../../../entity/user-description.ts";
import { type OperationContext, operation } from "../../../model/operation.ts";
import { describeBoundary } from "../../../permission/boundary.ts";
import type { FoundPolicy } from "../../../permission/policy-arn.ts";
import { describePolicy } from "../../../permission/policy-description.ts";
import { policyUsage, policyUsages } from "../../../permission/policy-usage.ts";
import { type GroupEntry, type GroupRecord, groupKey } from "../../../record/group.ts";
import { instanceProfileKey } from "../../../record/instance-profile.ts";
import { roleLastUsedKey } from "../../../record/last-used.ts";
import {
  managedPolicyArn,
  managedPolicyKey,
  type PolicyEntry,
  policyNameOf,
  policyVersionKey,
} from "../../../record/managed-policy.ts";
import { partitionOf } from "../../../record/partition.ts";
import type { PolicyHolder } from "../../../record/policy-holder.ts";
import { type RoleEntry, type RoleRecord, roleKey } from "../../../record/role.ts";
import { type UserEntry, type UserRecord, userKey } from "../../../record/user.ts";
import { boundedPage, type PageBounds } from "../../../storage/bounded-page.ts";
import {
  chainedPage,
  listPage,
  type Page,
  type PageRequest,
  slicePage,
} from "../../../storage/pagination.ts";
import { showTrust } from "../../../trust/trust-policy.ts";

/** An entity of an account with its permissions, and the response member that lists it. */
type Detail =
  | { readonly list: "UserDetailList"; readonly detail: sdk.UserDetail }
  | { readonly list: "GroupDetailList"; readonly detail: sdk.GroupDetail }
  | { readonly list: "RoleDetailList"; readonly detail: sdk.RoleDetail }
  | { readonly list: "Policies"; readonly detail: sdk.ManagedPolicyDetail };

type Lister = (context: OperationContext, request: PageRequest) => Promise<Page<Detail>>;

/** The kinds of entities in the order of the pages. */
const LISTERS: Readonly<Record<sdk.EntityType, Lister>> = {
  User: listUsers,
  Group: listGroups,
  Role: listRoles,
  LocalManagedPolicy: listOwnPolicies,
  AWSManagedPolicy: listUsedCannedPolicies,
};

/**
 * Lambda answers 6 MB. An account's 1,000 largest policies have 90 MB, and XML is up to 2.5 times as
 * long as JSON.
 */
const BOUNDS: PageBounds = { size: 2_000_000, chunk: 100 };

const sizeOf = ({ detail }: Detail): number => Buffer.byteLength(JSON.stringify(detail));

export const authorizationDetailOperations = {
  GetAccountAuthorizationDetails: operation<
    sdk.GetAccountAuthorizationDetailsCommandInput,
    sdk.GetAccountAuthorizationDetailsCommandOutput
  >({
    action: "iam:GetAccountAuthorizationDetails",
    target: () => ({ arn: "*" }),
    async run(context, input) {
      const requested = new Set<string>(input.Filter?.length ? input.Filter : Object.keys(LISTERS));
      const listers = Object.entries(LISTERS).flatMap(([type, lister]) =>
        requested.has(type) ? [lister] : [],
      );
      const emptyPage = async (): Promise<Page<Detail>> => ({ items: [], IsTruncated: false });
      const whole = listers.reduceRight<(request: PageRequest) => Promise<Page<Detail>>>(
        (rest, lister) => (request) => chainedPage((part) => lister(context, part), rest, request),
        emptyPage,
      );
      const { items, ...rest } = await boundedPage(whole, input, sizeOf, BOUNDS);
      return {
        UserDetailList: items.flatMap((item) =>
          item.list === "UserDetailList" ? [item.detail] : [],
        ),
        GroupDetailList: items.flatMap((item) =>
          item.list === "GroupDetailList" ? [item.detail] : [],
        ),
        RoleDetailList: items.flatMap((item) =>
          item.list === "RoleDetailList" ? [item.detail] : [],
        ),
        Policies: items.flatMap((item) => (item.list === "Policies" ? [item.detail] : [])),
        ...rest,
      };
    },
  }),
} as const;

async function listUsers(context: OperationContext, request: PageRequest): Promise<Page<Detail>> {
  const { account, unit } = context;
  const page = await listPage<UserEntry>(
    unit,
    { account, partition: partitionOf("users") },
    request,
  );
  const records = await unit.getAll(page.items.map(({ data }) => userKey(account, data.name)));
  const users = records.filter((user): user is UserRecord => user !== undefined);
  const ids = [...new Set(users.flatMap((user) => user.principal.groups))];
  const groups = await unit.getAll(ids.map((id) => groupKey(account, id)));
  const names = new Map(ids.map((id, index) => [id, groups[index]?.name]));
  const items = users.map((user): Detail => {
    const { principal } = user;
    const detail = {
      ...describeUser(userEntry(user), account),
      UserPolicyList: inlineOf(principal),
      GroupList: principal.groups.flatMap((id) => names.get(id) ?? []),
      AttachedManagedPolicies: attachedOf(principal),
      ...describeBoundary(principal.boundary),
      Tags: sdkTags(principal.tags),
    };
    return { list: "UserDetailList", detail };
  });
  return { ...page, items };
}

async function listGroups(
  { account, unit }: OperationContext,
  request: PageRequest,
): Promise<Page<Detail>> {
  const page = await listPage<GroupEntry>(
    unit,
    { account, partition: partitionOf("groups") },
    request,
  );
  const records = await unit.getAll(page.items.map(({ data }) => groupKey(account, data.id)));
  const groups = records.filter((group): group is GroupRecord => group !== undefined);
  const items = groups.map((group): Detail => {
    const detail = {
      ...describeGroup(group, account),
      GroupPolicyList: inlineOf(group),
      AttachedManagedPolicies: attachedOf(group),
    };
    return { list: "GroupDetailList", detail };
  });
  return { ...page, items };
}

async function listRoles(context: OperationContext, request: PageRequest): Promise<Page<Detail>> {
  const { account, unit } = context;
  const page = await listPage<RoleEntry>(
    unit,
    { account, partition: partitionOf("roles") },
    request,
  );
  const records = await unit.getAll(page.items.map(({ data }) => roleKey(account, data.name)));
  const roles = records.filter((role): role is RoleRecord => role !== undefined);
  const uses = await unit.getAll(roles.map((role) => roleLastUsedKey(account, role.id)));
  const items: Detail[] = [];
  for (const [index, role] of roles.entries()) {
    const used = uses[index];
    const detail = {
      ...describeRole(role, await showTrust(context, role.trust)),
      InstanceProfileList: await describeInstanceProfiles(context, await profilesOf(context, role)),
      RolePolicyList: inlineOf(role),
      AttachedManagedPolicies: attachedOf(role),
      ...describeBoundary(role.boundary),
      Tags: sdkTags(role.tags),
      RoleLastUsed:
        used === undefined ? {} : { LastUsedDate: new Date(used.at), Region: used.region },
    };
    items.push({ list: "RoleDetailList", detail });
  }
  return { ...page, items };
}

async function listOwnPolicies(
  context: OperationContext,
  request: PageRequest,
): Promise<Page<Detail>> {
  const { account, unit } = context;
  const page = await listPage<PolicyEntry>(
    unit,
    { account, partition: partitionOf("policies") },
    request,
  );
  const records = await unit.getAll(
    page.items.map(({ data }) => managedPolicyKey(account, data.name)),
  );
  const items: Detail[] = [];
  for (const record of records) {
    if (record === undefined) continue;
    const found: FoundPolicy = { owner: "account", arn: managedPolicyArn(record), record };
    const keys = record.versions.map(({ number }) =>
      policyVersionKey(account, record.name, number),
    );
    const versions = (await unit.getAll(keys)).filter((version) => version !== undefined);
    const detail = {
      ...describePolicy(found, await policyUsage(context, found.arn)),
      ...(record.description === undefined ? {} : { Description: record.description }),
      PolicyVersionList: versions.toReversed().map((version) => ({
        Document: encodeDocument(version.document),
        VersionId: `v${version.number}`,
        IsDefaultVersion: version.number === record.defaultVersion,
        CreateDate: new Date(version.createdAt),
      })),
    };
    items.push({ list: "Policies", detail });
  }
  return { ...page, items };
}

/** Returns a page of the AWS managed policies that the account uses. */
async function listUsedCannedPolicies(
  context: OperationContext,
  request: PageRequest,
): Promise<Page<Detail>> {
  const page = slicePage(cannedPolicies(), request);
  const usages = await policyUsages(
    context,
    page.items.map(({ arn }) => arn),
  );
  const items = page.items.flatMap((policy, index): Detail[] => {
    const usage = usages[index] ?? { attachments: 0, boundaries: 0 };
    if (usage.attachments + usage.boundaries === 0) return [];
    const version = {
      Document: encodeDocument(policy.document),
      VersionId: "v1",
      IsDefaultVersion: true,
      CreateDate: new Date(policy.createdAt),
    };
    const described = describePolicy({ owner: "canned", arn: policy.arn, policy }, usage);
    return [{ list: "Policies", detail: { ...described, PolicyVersionList: [version] } }];
  });
  return { ...page, items };
}

async function profilesOf(
  { account, unit }: OperationContext,
  { instanceProfiles = [] }: RoleRecord,
) {
  const profiles = await unit.getAll(
    instanceProfiles.map((name) => instanceProfileKey(account, name)),
  );
  return profiles.filter((profile) => profile !== undefined);
}

const inlineOf = ({ inline }: PolicyHolder) =>
  inline.map(({ name, document }) => ({
    PolicyName: name,
    PolicyDocument: encodeDocument(document),
  }));

const attachedOf = ({ attached }: PolicyHolder) =>
  attached.map((arn) => ({ PolicyName: policyNameOf(arn), PolicyArn: arn }));
