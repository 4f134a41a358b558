import { ListPoliciesCommand, type PolicySummary } from "@aws-sdk/client-organizations";
import { organizations } from "../api/clients.ts";
import type { CallOptions } from "../documents/holders.ts";
import { collectPages, ORGANIZATIONS_PAGE } from "./collect-pages.ts";

/** All service control policies of the organization: 1,000 at most, by AWS's quota. */
export async function allServiceControlPolicies(
  options: CallOptions = {},
): Promise<readonly PolicySummary[]> {
  const { items } = await collectPages(async (NextToken) => {
    const answer = await organizations(
      new ListPoliciesCommand({
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
