import type { OperationContext } from "../model/operation.ts";
import { userKey } from "../record/user.ts";

/**
 * Returns the name of the user whose MFA device the request concerns. EnableMFADevice and
 * ResyncMFADevice require a user name, which the root user does not have: it passes `root` or the
 * account's id, unless a user has that name. Undefined: the caller itself.
 */
export async function mfaOwnerName(
  { account, caller, unit }: OperationContext,
  userName: string | undefined,
): Promise<string | undefined> {
  if (caller.principal.type !== "Root" || (userName !== "root" && userName !== account))
    return userName;
  return (await unit.get(userKey(account, userName))) === undefined ? undefined : userName;
}
