import { createHash } from "node:crypto";
import { accountKey } from "../record/account.ts";
import { passwordPolicyKey } from "../record/password-policy.ts";
import { rootArn, rootKey } from "../record/root.ts";
import { userArn, userKey } from "../record/user.ts";
import { passwordUse } from "../sign-in/password-policy.ts";
import type { UnitOfWork } from "../storage/unit-of-work.ts";

/** Whom a login is of: a person who has signed in with a password. */
export type LoginOwner =
  | { readonly kind: "root" }
  | { readonly kind: "user"; readonly name: string };

/**
 * What a person has granted to an application, sealed in the authorization code and in every
 * refresh token.
 */
export interface LoginGrant {
  readonly account: string;
  readonly owner: LoginOwner;
  /** Unique id of the user, or the account id of a root user. */
  readonly ownerId: string;
  /** Names the login's record. */
  readonly loginId: string;
  /** When the person signed in, in epoch seconds. Credentials of the login have the same. */
  readonly signedInAt: number;
  /** When the login ends, in epoch seconds: together with the session that granted it. */
  readonly expiresAt: number;
  readonly mfaAt?: number;
  /** Changes with the password. */
  readonly passwordStamp: string;
}

/** A principal that can sign in now. */
export interface PasswordOwner {
  readonly principalArn: string;
  readonly passwordStamp: string;
}

/**
 * The principal of a login. Undefined if it could not sign in now: it was deleted, even if there is
 * another one of its name, or has no password, or must change it first, or its account is closed.
 */
export async function passwordOwner(
  unit: UnitOfWork,
  { account, owner, ownerId }: Pick<LoginGrant, "account" | "owner" | "ownerId">,
  now: Date,
): Promise<PasswordOwner | undefined> {
  const keys = {
    account: accountKey(account),
    root: rootKey(account),
    user: userKey(account, owner.kind === "user" ? owner.name : ""),
    policy: passwordPolicyKey(account),
  };
  // One read. The following ones find the records in the unit.
  await unit.getAll<unknown>(Object.values(keys));
  if ((await unit.get(keys.account))?.status !== "ACTIVE") return undefined;
  if (owner.kind === "root") {
    const root = await unit.get(keys.root);
    if (root?.passwordHash === undefined) return undefined;
    return { principalArn: rootArn(account), passwordStamp: stampOf(root.passwordHash) };
  }
  const user = await unit.get(keys.user);
  const policy = await unit.get(keys.policy);
  if (user?.loginProfile === undefined || user.principal.id !== ownerId) return undefined;
  if (passwordUse(policy, user.loginProfile, now) !== "signIn") return undefined;
  return {
    principalArn: userArn(user.principal),
    passwordStamp: stampOf(user.loginProfile.passwordHash),
  };
}

/** The salted hash changes even if the same password is set again. */
const stampOf = (passwordHash: string): string =>
  createHash("sha256").update(passwordHash).digest("base64url");
