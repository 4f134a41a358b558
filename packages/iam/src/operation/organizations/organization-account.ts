import { randomInt } from "node:crypto";
import type * as sdk from "@aws-sdk/client-organizations";
import { tagAtCreation } from "../../entity/tag-at-creation.ts";
import { mergeTags } from "../../entity/tagging.ts";
import { ApiError } from "../../error.ts";
import { type OperationContext, operation } from "../../model/operation.ts";
import { createMemberAccount } from "../../organization/create-member-account.ts";
import {
  findMember,
  findOrganization,
  findParent,
  randomId,
} from "../../organization/organization.ts";
import { organizationPage } from "../../organization/organization-page.ts";
import {
  newAccountTarget,
  organizationArn,
  organizationTarget,
  wholeOrganization,
} from "../../organization/organization-target.ts";
import { accountKey } from "../../record/account.ts";
import {
  type AccountRequestRecord,
  accountRequestKey,
  childKey,
  childrenCountKey,
  claimKey,
  FULL_AWS_ACCESS,
  type MemberRecord,
  memberEntryKey,
  memberKey,
  type OrganizationRecord,
} from "../../record/organization.ts";
import { partitionOf } from "../../record/partition.ts";
import { generationOf } from "../../record/service-control-attachment.ts";

/** Default name of the role through which the management account has access to a new account. */
const ACCESS_ROLE = "OrganizationAccountAccessRole";

export const organizationAccountOperations = {
  /** Creates the account at once, so the state in the response is final. */
  CreateAccount: operation<sdk.CreateAccountCommandInput, sdk.CreateAccountCommandOutput>({
    action: "organizations:CreateAccount",
    target: wholeOrganization,
    alsoAuthorize: async (context, input) =>
      tagAtCreation(
        "organizations:TagResource",
        await newAccountTarget(context, input),
        input.Tags,
      ),
    async run(context, input) {
      const { account, unit, now } = context;
      const organization = await findOrganization(context);
      const request = {
        id: `car-${randomId(32)}`,
        accountName: input.AccountName ?? "",
        requestedAt: now.toISOString(),
      };
      const email = input.Email ?? "";
      const taken = await unit.get(claimKey(account, "email", email));
      const outcome: AccountRequestRecord = taken
        ? { ...request, state: "FAILED", failureReason: "EMAIL_ALREADY_EXISTS" }
        : {
            ...request,
            state: "SUCCEEDED",
            accountId: await addMember(context, organization, input),
          };
      unit.put(accountRequestKey(account, request.id), outcome);
      return { CreateAccountStatus: describeRequest(outcome) };
    },
  }),

  DescribeCreateAccountStatus: operation<
    sdk.DescribeCreateAccountStatusCommandInput,
    sdk.DescribeCreateAccountStatusCommandOutput
  >({
    action: "organizations:DescribeCreateAccountStatus",
    target: wholeOrganization,
    async run(context, input) {
      await findOrganization(context);
      const request = await context.unit.get(
        accountRequestKey(context.account, input.CreateAccountRequestId ?? ""),
      );
      if (request === undefined) {
        throw new ApiError(
          "CreateAccountStatusNotFoundException",
          "You specified an account creation request that doesn't exist.",
        );
      }
      return { CreateAccountStatus: describeRequest(request) };
    },
  }),

  ListCreateAccountStatus: operation<
    sdk.ListCreateAccountStatusCommandInput,
    sdk.ListCreateAccountStatusCommandOutput
  >({
    action: "organizations:ListCreateAccountStatus",
    target: wholeOrganization,
    async run(context, input) {
      await findOrganization(context);
      const list = { account: context.account, partition: partitionOf("account-requests") };
      const { items, ...rest } = await organizationPage<AccountRequestRecord>(
        context.unit,
        list,
        input,
      );
      const matching = items.filter(
        ({ data }) => input.States === undefined || input.States.includes(data.state),
      );
      return { CreateAccountStatuses: matching.map(({ data }) => describeRequest(data)), ...rest };
    },
  }),

  DescribeAccount: operation<sdk.DescribeAccountCommandInput, sdk.DescribeAccountCommandOutput>({
    action: "organizations:DescribeAccount",
    target: organizationTarget(
      "account",
      (input: sdk.DescribeAccountCommandInput) => input.AccountId,
    ),
    async run(context, input) {
      const organization = await findOrganization(context);
      const member = await findMember(context, input.AccountId ?? "");
      return { Account: await describeMember(context, organization, member) };
    },
  }),

  ListAccounts: operation<sdk.ListAccountsCommandInput, sdk.ListAccountsCommandOutput>({
    action: "organizations:ListAccounts",
    target: wholeOrganization,
    async run(context, input) {
      const list = { account: context.account, partition: partitionOf("members") };
      return listMembers(context, list, input);
    },
  }),

  ListAccountsForParent: operation<
    sdk.ListAccountsForParentCommandInput,
    sdk.ListAccountsForParentCommandOutput
  >({
    action: "organizations:ListAccountsForParent",
    target: organizationTarget(
      "ou",
      (input: sdk.ListAccountsForParentCommandInput) => input.ParentId,
    ),
    async run(context, input) {
      const parent = await findParent(context, input.ParentId ?? "");
      const list = {
        account: context.account,
        partition: partitionOf("children", parent.id),
        prefix: "account/",
      };
      return listMembers(context, list, input);
    },
  }),
} as const;

async function addMember(
  context: OperationContext,
  organization: OrganizationRecord,
  input: sdk.CreateAccountCommandInput,
): Promise<string> {
  const { account, unit, now } = context;
  const { rootId } = organization;
  const id = await unusedAccountId(context);
  const email = input.Email ?? "";
  const member: MemberRecord = {
    id,
    name: input.AccountName ?? "",
    email,
    status: "ACTIVE",
    joinedMethod: "CREATED",
    joinedAt: now.toISOString(),
    parentId: rootId,
    tags: mergeTags([], input.Tags),
  };
  unit.put(memberKey(account, id), member);
  unit.put(memberEntryKey(account, id), { id });
  unit.put(childKey(account, rootId, "account", id), { id });
  unit.put(claimKey(account, "email", email), { id });
  unit.count(childrenCountKey(account, rootId), "children", 1);
  await createMemberAccount(
    { ...context, account: id },
    { email, accessRole: input.RoleName ?? ACCESS_ROLE, trusts: account },
    {
      organizationId: organization.id,
      organizationPath: [rootId],
      serviceControlPolicies: [FULL_AWS_ACCESS.id],
      attachmentGeneration: generationOf(organization),
    },
  );
  return id;
}

/** Returns 12 random digits that are no account's id. */
async function unusedAccountId({ unit }: OperationContext): Promise<string> {
  for (;;) {
    const id =
      String(randomInt(100_000, 1_000_000)) + String(randomInt(1_000_000)).padStart(6, "0");
    if ((await unit.get(accountKey(id))) === undefined) return id;
  }
}

async function listMembers(
  context: OperationContext,
  list: { readonly account: string; readonly partition: string; readonly prefix?: string },
  input: { readonly NextToken?: string | undefined; readonly MaxResults?: number | undefined },
) {
  const organization = await findOrganization(context);
  const { items, ...rest } = await organizationPage<{ readonly id: string }>(
    context.unit,
    list,
    input,
  );
  const members = await context.unit.getAll(
    items.map(({ data }) => memberKey(context.account, data.id)),
  );
  const accounts = members
    .filter((member) => member !== undefined)
    .map((member) => describeMember(context, organization, member));
  return { Accounts: await Promise.all(accounts), ...rest };
}

async function describeMember(
  context: OperationContext,
  organization: OrganizationRecord,
  member: MemberRecord,
): Promise<sdk.Account> {
  const parent = await findParent(context, member.parentId);
  return {
    Id: member.id,
    Arn: organizationArn(organization, "account", member.id),
    Email: member.email,
    Name: member.name,
    Status: member.status,
    State: member.status,
    Paths: [`${organization.id}/${parent.path.join("/")}/${member.id}/`],
    JoinedMethod: member.joinedMethod,
    JoinedTimestamp: new Date(member.joinedAt),
  };
}

const describeRequest = (request: AccountRequestRecord): sdk.CreateAccountStatus => ({
  Id: request.id,
  AccountName: request.accountName,
  State: request.state,
  RequestedTimestamp: new Date(request.requestedAt),
  CompletedTimestamp: new Date(request.requestedAt),
  ...(request.accountId === undefined ? {} : { AccountId: request.accountId }),
  ...(request.failureReason === undefined ? {} : { FailureReason: request.failureReason }),
});
