import { ApiError, noSuchEntity } from "../error.ts";
import type { OperationContext } from "../model/operation.ts";
import { accessKeyKey } from "../record/access-key.ts";
import type { AttachmentEntry } from "../record/managed-policy.ts";
import { type UserPrincipal, type UserRecord, userKey } from "../record/user.ts";
import { putListEntry } from "./list-entries.ts";
import { userEntry } from "./user-description.ts";

type Scope = Pick<OperationContext, "account" | "unit" | "settings">;

/** Returns the user with this name, if there is one. */
export const lookUpUser = (
  { account, unit }: Pick<Scope, "account" | "unit">,
  name: string,
): Promise<UserRecord | undefined> => unit.get(userKey(account, name));

/** Returns a user's entry in the usage records of policies. */
export const userAsHolder = ({ name, id, path }: UserPrincipal): AttachmentEntry => ({
  type: "User",
  name,
  id,
  path,
});

/** Returns the user with this name. @throws {ApiError} `NoSuchEntity` */
export async function findUser({ account, unit }: Scope, name: string): Promise<UserRecord> {
  const user = await unit.get(userKey(account, name));
  if (user === undefined) throw noSuchEntity(`The user with name ${name} cannot be found.`);
  return user;
}

/**
 * Writes a user and the copy of its principal in the record of each of its access keys.
 * INVARIANT: an access key's record contains its user's principal as of the last change.
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

/**
 * Writes a user whose principal is unchanged, so that the copies in its access keys' records stay
 * correct.
 */
export const saveUserOnly = ({ account, unit }: Scope, user: UserRecord): void =>
  unit.put(userKey(account, user.principal.name), user);

/** Changes the user's principal, on which authorization decisions depend. */
export const updatePrincipal = (
  scope: Scope,
  user: UserRecord,
  change: Partial<UserPrincipal>,
): Promise<void> => saveUser(scope, { ...user, principal: { ...user.principal, ...change } });

/** Writes the user's entry in the account's list of users. */
export const saveUserEntry = (scope: Scope, user: UserRecord): void =>
  putListEntry(scope, "users", user.principal, userEntry(user));

/**
 * Returns the user name in the input, or else the caller's.
 * @throws {ApiError} `ValidationError` if the caller is not a user
 */
export function userNameOrCaller(context: OperationContext, name: string | undefined): string {
  const found = name ?? context.caller.userName;
  if (found === undefined)
    throw new ApiError(
      "ValidationError",
      "Must specify userName when calling with non-User credentials",
    );
  return found;
}
