import type { PolicyText } from "@portcullis/analysis";
import { describeFailure } from "../api/errors.ts";
import { documentOf, limitsOf } from "../organization/levels.ts";
import { activeAccount } from "../session/session.ts";
import { currentSession } from "../session/session-store.ts";

/** What limits the account from above, as far as it may know. */
export interface AccountLimits {
  /** One list for each level of the organization, from the root down. Empty: nothing limits it. */
  readonly levels: readonly (readonly PolicyText[])[];
  /** Why they are not known. */
  readonly leftOut: readonly string[];
}

/** The service control policies of the account, as far as they may be read. */
export async function loadLimits(abortSignal: AbortSignal): Promise<AccountLimits> {
  const session = currentSession();
  if (session === undefined) return { levels: [], leftOut: [] };
  try {
    const levels = await limitsOf(activeAccount(session), { abortSignal });
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
    const { message } = describeFailure(error);
    return { levels: [], leftOut: [`Service control policies are left out: ${message}`] };
  }
}
