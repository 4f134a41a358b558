import {
  DescribeOrganizationCommand,
  DescribePolicyCommand,
  ListPoliciesForTargetCommand,
  type PolicySummary,
} from "@aws-sdk/client-organizations";
import { organizations } from "../api/clients.ts";
import { describeFailure } from "../api/errors.ts";
import type { CallOptions } from "../documents/holders.ts";
import { collectPages, ORGANIZATIONS_PAGE } from "./collect-pages.ts";
import { ancestorsOf, nodeOf, type TreeNode } from "./node.ts";

/** One level of the way from the root to a target, with what is attached there. */
export interface Level {
  readonly node: TreeNode;
  readonly policies: readonly PolicySummary[];
}

/** The service control policies that limit a target, from the root down to its own. */
export async function loadLevels(id: string, options: CallOptions = {}): Promise<readonly Level[]> {
  const path = [...(await ancestorsOf(id, options)), id];
  return Promise.all(
    path.map(async (one) => {
      const [node, policies] = await Promise.all([nodeOf(one, options), policiesOf(one, options)]);
      return { node, policies };
    }),
  );
}

/**
 * The levels that limit an account; empty: nothing does. They don't limit the management account,
 * and of a member account they are known to delegated administrators only.
 * @throws what Organizations answers, and if not all policies are listed
 */
export async function limitsOf(
  account: string,
  options: CallOptions = {},
): Promise<readonly Level[]> {
  try {
    const { Organization } = await organizations(new DescribeOrganizationCommand({}), options);
    if (Organization?.MasterAccountId === account) return [];
  } catch (error) {
    if (describeFailure(error).code === "AWSOrganizationsNotInUse") return [];
    throw error;
  }
  const levels = await loadLevels(account, options);
  // A root where the type of policy is not enabled has none: then nothing is limited.
  if (levels.every(({ policies }) => policies.length === 0)) return [];
  // Organizations keeps one at least on every level. What was not listed may deny.
  if (levels.some(({ policies }) => policies.length === 0)) throw new Error("not all are listed.");
  return levels;
}

/** The service control policies that are attached to a target itself. */
export async function policiesOf(
  TargetId: string,
  options: CallOptions = {},
): Promise<readonly PolicySummary[]> {
  const { items } = await collectPages(async (NextToken) => {
    const answer = await organizations(
      new ListPoliciesForTargetCommand({
        TargetId,
        Filter: "SERVICE_CONTROL_POLICY",
        NextToken,
        MaxResults: ORGANIZATIONS_PAGE,
      }),
      options,
    );
    return { items: answer.Policies ?? [], next: answer.NextToken };
  });
  return items;
}

/** A service control policy's document. */
export async function documentOf(PolicyId: string, options: CallOptions = {}): Promise<string> {
  const { Policy } = await organizations(new DescribePolicyCommand({ PolicyId }), options);
  return Policy?.Content ?? "";
}
