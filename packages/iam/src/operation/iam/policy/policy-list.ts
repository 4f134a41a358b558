import type * as sdk from "@aws-sdk/client-iam";
import { iamArn } from "../../../arn.ts";
import { cannedPolicies } from "../../../canned/index.ts";
import { listEntities, recordsOfList } from "../../../entity/list-entries.ts";
import { type OperationContext, operation } from "../../../model/operation.ts";
import type { FoundPolicy } from "../../../permission/policy-arn.ts";
import { describePolicy } from "../../../permission/policy-description.ts";
import { type PolicyUsage, policyUsages } from "../../../permission/policy-usage.ts";
import {
  managedPolicyArn,
  managedPolicyKey,
  type PolicyEntry,
} from "../../../record/managed-policy.ts";
import {
  chainedPage,
  type Page,
  type PageRequest,
  slicePage,
} from "../../../storage/pagination.ts";

export const policyListOperations = {
  ListPolicies: operation<sdk.ListPoliciesCommandInput, sdk.ListPoliciesCommandOutput>({
    action: "iam:ListPolicies",
    reads: (input, account) => (input.Scope === "AWS" ? [] : recordsOfList(input, account)),
    target: ({ account }, input) => ({
      arn: iamArn(account, `policy${input.PathPrefix ?? "/"}`),
    }),
    async run(context, input) {
      const prefix = input.PathPrefix ?? "/";
      const customerManaged = (request: PageRequest) =>
        listCustomerManaged(context, prefix, request);
      const awsManaged = async (request: PageRequest) => listAwsManaged(context, prefix, request);
      const scopes = {
        Local: customerManaged,
        AWS: awsManaged,
        All: (request: PageRequest) => chainedPage(customerManaged, awsManaged, request),
      };
      const { items, ...rest } = await scopes[input.Scope ?? "All"](input);
      const usages = await policyUsages(
        context,
        items.map(({ arn }) => arn),
      );
      const used = items.map((found, index) => ({
        found,
        usage: usages[index] ?? { attachments: 0, boundaries: 0 },
      }));
      // As in AWS, a page of a filtered list may hold fewer items than requested and not be the
      // last (IAM API/ListPolicies).
      return {
        Policies: used
          .filter(matchesFilter(input))
          .map(({ found, usage }) => describePolicy(found, usage)),
        ...rest,
      };
    },
  }),
} as const;

async function listCustomerManaged(
  context: OperationContext,
  prefix: string,
  request: PageRequest,
): Promise<Page<FoundPolicy>> {
  const { account, unit } = context;
  const list = { ...request, PathPrefix: prefix };
  const page = await listEntities<PolicyEntry>(context, "policies", list);
  const records = await unit.getAll(
    page.items.map(({ data }) => managedPolicyKey(account, data.name)),
  );
  const items = records.flatMap((record) =>
    record ? [{ owner: "account" as const, arn: managedPolicyArn(record), record }] : [],
  );
  return { ...page, items };
}

function listAwsManaged(
  { namePrefix = "" }: Pick<OperationContext, "namePrefix">,
  prefix: string,
  request: PageRequest,
): Page<FoundPolicy> {
  const named = namePrefix.toLowerCase();
  const under = cannedPolicies().filter(
    ({ path, name }) => path.startsWith(prefix) && name.toLowerCase().startsWith(named),
  );
  const page = slicePage(under, request);
  return {
    ...page,
    items: page.items.map((policy) => ({ owner: "canned", arn: policy.arn, policy })),
  };
}

const matchesFilter =
  ({ OnlyAttached, PolicyUsageFilter }: sdk.ListPoliciesCommandInput) =>
  ({ usage }: { readonly usage: PolicyUsage }): boolean => {
    const { attachments, boundaries } = usage;
    if (OnlyAttached === true && attachments + boundaries === 0) return false;
    if (PolicyUsageFilter === "PermissionsPolicy") return attachments > 0;
    return PolicyUsageFilter === "PermissionsBoundary" ? boundaries > 0 : true;
  };
