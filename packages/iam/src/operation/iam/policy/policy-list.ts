import type * as sdk from "@aws-sdk/client-iam";
import { iamArn } from "../../../arn.ts";
import { cannedPolicies } from "../../../canned/index.ts";
import { listEntities } from "../../../entity/list-entries.ts";
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
    target: ({ account }, input) => ({
      arn: iamArn(account, `policy${input.PathPrefix ?? "/"}`),
    }),
    async run(context, input) {
      const prefix = input.PathPrefix ?? "/";
      const own = (request: PageRequest) => ownPolicies(context, prefix, request);
      const canned = async (request: PageRequest) => cannedUnder(context, prefix, request);
      const scopes = {
        Local: own,
        AWS: canned,
        All: (request: PageRequest) => chainedPage(own, canned, request),
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
      // As AWS's, a page of a filtered list may hold less than it was asked for, and more may follow.
      return {
        Policies: used
          .filter(wanted(input))
          .map(({ found, usage }) => describePolicy(found, usage)),
        ...rest,
      };
    },
  }),
} as const;

async function ownPolicies(
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

function cannedUnder(
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

const wanted =
  ({ OnlyAttached, PolicyUsageFilter }: sdk.ListPoliciesCommandInput) =>
  ({ usage }: { readonly usage: PolicyUsage }): boolean => {
    const { attachments, boundaries } = usage;
    if (OnlyAttached === true && attachments + boundaries === 0) return false;
    if (PolicyUsageFilter === "PermissionsPolicy") return attachments > 0;
    return PolicyUsageFilter === "PermissionsBoundary" ? boundaries > 0 : true;
  };
