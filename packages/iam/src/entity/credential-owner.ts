import type { OperationContext, Target } from "../model/operation.ts";
import type { RootPrincipal } from "../record/access-key.ts";
import { type RootRecord, rootArn, rootKey } from "../record/root.ts";
import type { UserPrincipal } from "../record/user.ts";
import { findUser, saveUser, userNameOrCaller } from "./user.ts";
import { userTarget } from "./user-description.ts";

/** The owner of access keys and MFA devices: a user, or the account's root user. */
export interface CredentialOwner {
  /** Absent for the root user. */
  readonly userName?: string;
  readonly principal: UserPrincipal | RootPrincipal;
  readonly accessKeys: readonly string[];
  readonly mfaDevices: readonly string[];
  readonly save: (
    change: Partial<Pick<CredentialOwner, "accessKeys" | "mfaDevices">>,
  ) => Promise<void>;
}

/**
 * Returns the owner that the input names, or the caller if it names none.
 * @throws {ApiError} `NoSuchEntity`, `ValidationError`
 */
export async function credentialOwner(
  context: OperationContext,
  userName: string | undefined,
): Promise<CredentialOwner> {
  if (isCallingRoot(context, userName)) return rootOwner(context);
  const user = await findUser(context, userNameOrCaller(context, userName));
  return {
    userName: user.principal.name,
    principal: user.principal,
    accessKeys: user.accessKeys,
    mfaDevices: user.mfaDevices ?? [],
    save: (change) => saveUser(context, { ...user, ...change }),
  };
}

/** Returns the account's root user as the owner of credentials. */
async function rootOwner({
  account,
  unit,
}: Pick<OperationContext, "account" | "unit">): Promise<CredentialOwner> {
  const root = await findRoot({ account, unit });
  return {
    principal: { type: "Root", account },
    accessKeys: root.accessKeys,
    mfaDevices: root.mfaDevices ?? [],
    save: async (change) => unit.put(rootKey(account), { ...root, ...change }),
  };
}

/** Returns the owner as the target of an operation. */
export function ownerTarget(
  context: OperationContext,
  userName: string | undefined,
): Target | Promise<Target> {
  if (isCallingRoot(context, userName)) return { arn: rootArn(context.account) };
  return userTarget(context, userName ?? context.caller.userName ?? "");
}

/** Returns whether the operation concerns the calling root user: the input has no user name. */
export const isCallingRoot = (
  { caller }: OperationContext,
  userName: string | undefined,
): boolean => userName === undefined && caller.principal.type === "Root";

/** Returns the account's root record, which exists as long as the account. */
export async function findRoot({
  account,
  unit,
}: Pick<OperationContext, "account" | "unit">): Promise<RootRecord> {
  const root = await unit.get(rootKey(account));
  if (root === undefined) throw new Error(`account ${account} has no root record`);
  return root;
}
