import type { OperationContext } from "../model/operation.ts";
import { userKey } from "../record/user.ts";

/**
 * Whose MFA device a request is about. EnableMFADevice and ResyncMFADevice demand a user name, and the root user has none: it says
 * `root` or the account's id, unless a user is called so. Undefined: the caller itself.
 */
export async function mfaOwnerName(
  { account, caller, unit }: OperationContext,
  userName: string | undefined,
): Promise<string | undefined> {
  if (caller.principal.type !== "Root" || (userName !== "root" && userName !== account))
    return userName;
  return (await unit.get(userKey(account, userName))) === undefined ? undefined : userName;
}
