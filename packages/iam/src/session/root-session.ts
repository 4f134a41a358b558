import { rootTaskReaches } from "../canned/root-task.ts";
import { ApiError } from "../error.ts";
import type { Caller } from "../model/caller.ts";
import type { OperationContext } from "../model/operation.ts";

/**
 * Whether a decision lies beyond a session of `sts:AssumeRoot`. Such a session performs the actions
 * of its task, on the root user of its account, and nothing else.
 * INVARIANT: holds whatever any policy document says; it is asked beside the policies.
 */
export function isBeyondRootSession(
  { session, account }: Caller,
  asked: { readonly action: string; readonly resource: string },
): boolean {
  if (session?.kind !== "AssumedRoot") return false;
  const [task = "", ...others] = session.claims.policyArns ?? [];
  return others.length > 0 || !rootTaskReaches(task, account, asked);
}

export const isRootSession = ({ caller }: Pick<OperationContext, "caller">): boolean =>
  caller.session?.kind === "AssumedRoot";

/**
 * A root session lets the root user recover a password; it never chooses one
 * (IAM API, CreateLoginProfile). @throws {ApiError} `ValidationError`
 */
export function refusePasswordOfRootSession(password: string | undefined): void {
  if (password === undefined) return;
  throw new ApiError(
    "ValidationError",
    "The parameter Password must be omitted when the request is made with an AssumeRoot session.",
  );
}
