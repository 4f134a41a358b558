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
    return { levels: [], leftOut: [`Service control policies are left out: ${message}`] };
  }
}
