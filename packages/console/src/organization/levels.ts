import {
  DescribePolicyCommand,
  ListPoliciesForTargetCommand,
  type PolicySummary,
} from "@aws-sdk/client-organizations";
import { organizations } from "../api/clients.ts";
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
