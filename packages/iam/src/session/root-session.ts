import { rootTaskAllows } from "../canned/root-task.ts";
import type { Caller } from "../model/caller.ts";
import type { OperationContext } from "../model/operation.ts";

/**
 * Whether a request is outside the task of an `sts:AssumeRoot` session. Such a session performs the
 * actions of its task on the root user of its account, and nothing else.
 * INVARIANT: holds whatever a policy document contains, because it is checked in addition to the
 * policies.
 */
export function isOutsideRootTask(
  { session, account }: Caller,
  request: { readonly action: string; readonly resource: string },
): boolean {
  if (session?.kind !== "AssumedRoot") return false;
  const [task = "", ...others] = session.claims.policyArns ?? [];
  return others.length > 0 || !rootTaskAllows(task, account, request);
}

/** Whether the caller has a session of `sts:AssumeRoot`. */
export const isRootSession = ({ caller }: Pick<OperationContext, "caller">): boolean =>
  caller.session?.kind === "AssumedRoot";
