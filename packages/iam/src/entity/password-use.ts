import type { OperationContext } from "../model/operation.ts";
import { passwordUseKey } from "../record/password-use.ts";

/**
 * Returns when each of these last signed in with a password, in the same order, as ISO 8601.
 * @param ids unique ids of users, or the account's id for its root user
 */
export async function passwordUses(
  { account, unit }: Pick<OperationContext, "account" | "unit">,
  ids: readonly string[],
): Promise<readonly (string | undefined)[]> {
  const uses = await unit.getAll(ids.map((id) => passwordUseKey(account, id)));
  return uses.map((use) => use?.at);
}

/** Returns the response member `PasswordLastUsed`, or no member if it was never used. */
export const describePasswordUse = (at: string | undefined): { PasswordLastUsed?: Date } =>
  at === undefined ? {} : { PasswordLastUsed: new Date(at) };
