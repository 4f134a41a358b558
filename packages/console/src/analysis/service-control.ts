import { DescribeOrganizationCommand } from "@aws-sdk/client-organizations";
import type { PolicyText } from "@portcullis/analysis";
import { organizations } from "../api/clients.ts";
import { describeFailure } from "../api/errors.ts";
import { documentOf, loadLevels } from "../organization/levels.ts";
import { activeAccount } from "../session/session.ts";
import { currentSession } from "../session/session-store.ts";

/** What limits the account from above, as far as it may know. */
export interface AccountLimits {
  /** One list for each level of the organization, from the root down. Empty: nothing limits it. */
  readonly levels: readonly (readonly PolicyText[])[];
  /** Why they are not known. */
  readonly leftOut: readonly string[];
}

const NONE: AccountLimits = { levels: [], leftOut: [] };

/**
 * The service control policies of the account. They don't limit the management account; of a
 * member account they are known to delegated administrators only.
 */
export async function loadLimits(abortSignal: AbortSignal): Promise<AccountLimits> {
  const session = currentSession();
  if (session === undefined) return NONE;
  const account = activeAccount(session);
  try {
    const command = new DescribeOrganizationCommand({});
    const { Organization } = await organizations(command, { abortSignal });
    if (Organization?.MasterAccountId === account) return NONE;
    const levels = await loadLevels(account, { abortSignal });
    // A root where the type of policy is not enabled has none: then nothing is limited.
    if (levels.every(({ policies }) => policies.length === 0)) return NONE;
    // Organizations keeps one at least on every level. What was not listed may deny.
    if (levels.some(({ policies }) => policies.length === 0))
      return leftOutFor("not all are listed.");
    return {
      leftOut: [],
      levels: await Promise.all(
        levels.map(({ policies }) =>
          Promise.all(
            policies.map(async ({ Id = "", Name }) => ({
              PolicyName: Name,
              PolicyDocument: await documentOf(Id, { abortSignal }),
            })),
          ),
        ),
      ),
    };
  } catch (error) {
    if (abortSignal.aborted) throw error;
    const { code, message } = describeFailure(error);
    if (code === "AWSOrganizationsNotInUse") return NONE;
    return leftOutFor(message);
  }
}

const leftOutFor = (why: string): AccountLimits => ({
  levels: [],
  leftOut: [`Service control policies are left out: ${why}`],
});
