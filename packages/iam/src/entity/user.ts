import { ApiError, noSuchEntity } from "../error.ts";
import type { OperationContext } from "../model/operation.ts";
import { accessKeyKey } from "../record/access-key.ts";
import type { AttachmentEntry } from "../record/managed-policy.ts";
import { type UserEntry, type UserPrincipal, type UserRecord, userKey } from "../record/user.ts";
import { putListEntry } from "./list-entries.ts";

type Scope = Pick<OperationContext, "account" | "unit" | "settings">;

export const lookUpUser = (
  { account, unit }: Pick<Scope, "account" | "unit">,
  name: string,
): Promise<UserRecord | undefined> => unit.get(userKey(account, name));

/** A user as the policies that it uses list it. */
export const userAsHolder = ({ name, id, path }: UserPrincipal): AttachmentEntry => ({
  type: "User",
  name,
  id,
  path,
});

export async function findUser({ account, unit }: Scope, name: string): Promise<UserRecord> {
  const user = await unit.get(userKey(account, name));
  if (user === undefined) throw noSuchEntity(`The user with name ${name} cannot be found.`);
  return user;
}

/**
 * Write a user and, with it, the copy of its principal that each of its access keys holds.
 * INVARIANT: an access key's record always holds the principal of its user as of the last change.
 */
export async function saveUser(scope: Scope, user: UserRecord): Promise<void> {
  const { account, unit, settings } = scope;
  unit.put(userKey(account, user.principal.name), user);
  const keys = user.accessKeys.map((id) => accessKeyKey(id, settings.managementAccount));
  const records = await unit.getAll(keys);
  keys.forEach((key, index) => {
    const record = records[index];
    if (record === undefined)
      throw new Error(
        `user ${user.principal.id} lists an access key that is gone: ${user.accessKeys[index]}`,
      );
    unit.put(key, { ...record, principal: user.principal });
  });
}

/** Write what is known of a user besides what decisions depend on: its access keys hold no copy of that. */
export const saveUserOnly = ({ account, unit }: Scope, user: UserRecord): void =>
  unit.put(userKey(account, user.principal.name), user);

/** Change what the user's decisions depend on. */
export const updatePrincipal = (
  scope: Scope,
  user: UserRecord,
  change: Partial<UserPrincipal>,
): Promise<void> => saveUser(scope, { ...user, principal: { ...user.principal, ...change } });

export function saveUserEntry(scope: Scope, user: UserRecord): void {
  const { name, id, path } = user.principal;
  const entry: UserEntry = {
    name,
    id,
    path,
    createdAt: user.createdAt,
  };
  putListEntry(scope, "users", user.principal, entry);
}

/** The user that an operation is about when it names none: the caller. @throws {ApiError} when the caller is no user */
export function userNameOrCaller(context: OperationContext, name: string | undefined): string {
  const found = name ?? context.caller.userName;
  if (found === undefined)
    throw new ApiError(
      "ValidationError",
      "Must specify userName when calling with non-User credentials",
    );
  return found;
}
