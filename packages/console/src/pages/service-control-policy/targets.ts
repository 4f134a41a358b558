import {
  ListTargetsForPolicyCommand,
  type PolicyTargetSummary,
} from "@aws-sdk/client-organizations";
import { organizations } from "../../api/clients.ts";
import type { CallOptions } from "../../documents/holders.ts";
import { collectPages, ORGANIZATIONS_PAGE } from "../../organization/collect-pages.ts";

/** What a policy is attached to, 1,000 targets at a time. */
const STEP_CALLS = 50;

export async function loadTargets(
  PolicyId: string,
  marker?: string,
  options: CallOptions = {},
): Promise<{
  readonly items: readonly PolicyTargetSummary[];
  readonly marker: string | undefined;
}> {
  const { items, next } = await collectPages(
    async (NextToken) => {
      const answer = await organizations(
        new ListTargetsForPolicyCommand({ PolicyId, NextToken, MaxResults: ORGANIZATIONS_PAGE }),
        options,
      );
      return { items: answer.Targets ?? [], next: answer.NextToken };
    },
    { from: marker, calls: STEP_CALLS },
  );
  return { items, marker: next };
}

/** What a target is, in words. */
export const TARGET_TYPES: Readonly<Record<string, string>> = {
  ACCOUNT: "Account",
  ORGANIZATIONAL_UNIT: "Unit",
  ROOT: "Root",
};
