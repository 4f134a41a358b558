import { ApiError } from "../error.ts";
import type { OperationContext } from "../model/operation.ts";
import { type UserRecord, userKey } from "../record/user.ts";
import {
  NO_CREDENTIALS,
  type UserCredentialsRecord,
  userCredentialsKey,
} from "../record/user-credentials.ts";
import { isCallingRoot } from "./credential-owner.ts";
import { findUser, userNameOrCaller } from "./user.ts";

type Scope = Pick<OperationContext, "account" | "unit">;

/** A user's signing certificates, SSH public keys and service-specific credentials. */
export interface UserCredentials extends UserCredentialsRecord {
  readonly userName: string;
  /** Writes the changed members. */
  readonly save: (change: Partial<UserCredentialsRecord>) => void;
}

/**
 * Returns the credentials of the user that the input names, or of the caller.
 * @throws {ApiError} `NoSuchEntity`
 */
export async function findUserCredentials(
  context: OperationContext,
  name: string | undefined,
): Promise<UserCredentials> {
  const { account, unit } = context;
  const { principal } = await findUser(context, userNameOrCaller(context, name));
  const key = userCredentialsKey(account, principal.id);
  const record = (await unit.get(key)) ?? NO_CREDENTIALS;
  return {
    ...record,
    userName: principal.name,
    save(change) {
      unit.put(key, { ...record, ...change });
      // If the user is deleted concurrently, this transaction fails instead of leaving credentials
      // without a user.
      unit.check(userKey(account, principal.name), "unchanged");
    },
  };
}

/** As `findUserCredentials`. For the calling root user without a name: the root user's own. */
export async function findOwnCredentials(
  context: OperationContext,
  name: string | undefined,
): Promise<Omit<UserCredentials, "userName"> & { readonly userName?: string }> {
  if (!isCallingRoot(context, name)) return findUserCredentials(context, name);
  const { account, unit } = context;
  const key = userCredentialsKey(account, account);
  const record = (await unit.get(key)) ?? NO_CREDENTIALS;
  return { ...record, save: (change) => unit.put(key, { ...record, ...change }) };
}

/**
 * Deletes the record of a user's credentials, as a part of deleting the user.
 * @throws {ApiError} `DeleteConflict` if there are any credentials
 */
export async function removeUserCredentials(
  { account, unit }: Scope,
  { principal }: UserRecord,
): Promise<void> {
  const key = userCredentialsKey(account, principal.id);
  const record = await unit.get(key);
  const conflict = (what: string) =>
    new ApiError("DeleteConflict", `Cannot delete entity, must ${what} first.`);
  if (record?.signingCertificates.length) throw conflict("delete signing certificates");
  if (record?.sshPublicKeys.length || record?.serviceSpecific.length)
    throw conflict("remove referenced objects");
  if (record === undefined) unit.check(key, "unchanged");
  else unit.delete(key);
}

/**
 * Returns the requested status if it is one that these credentials can have.
 * @throws {ApiError} `ValidationError`
 */
export function parseCredentialStatus(status: string | undefined): "Active" | "Inactive" {
  if (status === "Active" || status === "Inactive") return status;
  throw new ApiError(
    "ValidationError",
    `Credentials can be made \`Active\` or \`Inactive\`, not \`${status}\`.`,
  );
}
