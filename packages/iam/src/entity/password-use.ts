import type { OperationContext } from "../model/operation.ts";
import { passwordUseKey } from "../record/password-use.ts";
import type { UserEntry } from "../record/user.ts";

/** A user, or the root user. */
export interface PasswordOwner extends Pick<UserEntry, "neverHadPassword"> {
  /** The unique id of a user, or the account's id for its root user. */
  readonly id: string;
}

/**
 * Returns when each of these last signed in with a password, in the same order, as ISO 8601. Those
 * that never had a password are not looked up.
 */
export async function passwordUses(
  { account, unit }: Pick<OperationContext, "account" | "unit">,
  owners: readonly PasswordOwner[],
): Promise<readonly (string | undefined)[]> {
  const ids = owners.flatMap(({ id, neverHadPassword }) => (neverHadPassword ? [] : [id]));
  const uses = await unit.getAll(ids.map((id) => passwordUseKey(account, id)));
  const lastUses = new Map(ids.map((id, index) => [id, uses[index]?.at]));
  return owners.map(({ id }) => lastUses.get(id));
}

/** Returns the response member `PasswordLastUsed`, or no member if it was never used. */
export const describePasswordUse = (at: string | undefined): { PasswordLastUsed?: Date } =>
  at === undefined ? {} : { PasswordLastUsed: new Date(at) };
