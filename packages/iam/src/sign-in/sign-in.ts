import { iamArn } from "../arn.ts";
import type { SessionClaims, SessionOwner } from "../model/session-claims.ts";
import { accountKey } from "../record/account.ts";
import { accountAliasKey } from "../record/account-alias.ts";
import { passwordPolicyKey } from "../record/password-policy.ts";
import { passwordUseKey } from "../record/password-use.ts";
import { rootKey } from "../record/root.ts";
import { userKey } from "../record/user.ts";
import type { Sealer } from "../sealing/sealer.ts";
import { issueSession, type TemporaryCredentials } from "../session/issue-session.ts";
import type { Settings } from "../settings.ts";
import type { Store } from "../storage/store.ts";
import { atomically, type UnitOfWork, unitOfWork } from "../storage/unit-of-work.ts";
import { useMfaCode } from "./mfa.ts";
import { verifyPassword } from "./password.ts";
import { passwordUse } from "./password-policy.ts";
import { countAttempt } from "./sign-in-attempts.ts";

/** The environment of a sign-in. */
export interface SignInContext {
  readonly store: Store;
  readonly sealer: Sealer;
  readonly settings: Settings;
  readonly now: Date;
  readonly sourceIp: string;
}

/** A request to sign in as a user by name, or as an account's root user by e-mail address. */
export interface SignInRequest {
  /** An account's id or alias. */
  readonly account: string;
  readonly user:
    | { readonly kind: "user"; readonly name: string }
    | { readonly kind: "root"; readonly email: string };
  readonly password: string;
  readonly mfaCode?: string | undefined;
}

/** The result of a sign-in. */
export type SignInAnswer = SignInSubject & SignInOutcome;

/**
 * The account and the principal of a sign-in, as far as they exist. For the log only: the answer
 * must not reveal them.
 */
export interface SignInSubject {
  /** The id of the account. */
  readonly account?: string | undefined;
  readonly principalArn?: string | undefined;
}

type SignInOutcome =
  | {
      readonly outcome: "signedIn";
      readonly credentials: TemporaryCredentials;
      readonly passwordResetRequired: boolean;
    }
  /** The password is right, and an MFA code is required. */
  | { readonly outcome: "mfaRequired" }
  /**
   * Refused. The answer does not contain the reason. `waitSeconds`: until the next attempt is
   * accepted.
   */
  | { readonly outcome: "refused"; readonly waitSeconds: number };

const TWELVE_HOURS = 43_200;
/** Root users, as for GetSessionToken. */
const ONE_HOUR = 3600;
/** Time to change a password. */
const FIFTEEN_MINUTES = 900;

/** A refusal without a delay. */
export const REFUSED: SignInAnswer = { outcome: "refused", waitSeconds: 0 };

/**
 * Verifies a password, and an MFA code if the user has a device, and issues credentials. An unknown
 * account or user, a user without a password and a wrong password take the same reads and the same
 * hashing, and have the same answer.
 */
export async function signIn(
  context: SignInContext,
  request: SignInRequest,
): Promise<SignInAnswer> {
  const { store, settings, now, sourceIp } = context;
  const { managementAccount } = settings;
  const name = request.user.kind === "user" ? request.user.name : request.user.email;
  const account = await resolveAccount(unitOfWork(store), request.account, managementAccount);
  const attempt = {
    givenAccount: request.account.toLowerCase(),
    account,
    name: `${request.user.kind}/${name}`,
    address: sourceIp,
  };
  const counted = await countAttempt({ store, managementAccount, now }, attempt);
  if (!("succeeded" in counted)) return { outcome: "refused", waitSeconds: counted.wait, account };
  const resolved = { ...request, account: account ?? NO_ACCOUNT, blocked: counted.blocked };
  const answer = await atomically(store, async (unit) =>
    verifyCredentials(context, unit, resolved),
  );
  // A right password without its code is no failed attempt. Devices limit guesses of codes
  // themselves.
  if (answer.outcome !== "refused") await counted.succeeded();
  return { ...answer, account };
}

async function verifyCredentials(
  context: SignInContext,
  unit: UnitOfWork,
  request: SignInRequest & { readonly blocked: boolean },
): Promise<SignInAnswer> {
  const { sealer, now } = context;
  const { account } = request;
  const found = await findPasswordHolder(unit, account, request.user, now);
  const passwordHash = request.blocked ? undefined : found?.passwordHash;
  if (
    !(await verifyPassword(passwordHash, request.password)) ||
    found === undefined ||
    found.use === "none"
  )
    return { ...REFUSED, principalArn: found?.principalArn };
  const { owner, ownerId, mfaDevices, principalArn, use } = found;
  if (mfaDevices.length > 0) {
    if (request.mfaCode === undefined) return { outcome: "mfaRequired", principalArn };
    if (!(await useMfaCode({ account, unit, sealer, now }, mfaDevices, request.mfaCode)))
      return { ...REFUSED, principalArn };
  }
  return signedIn(unit, sealer, {
    account,
    owner,
    ownerId,
    principalArn,
    use,
    hasMfa: mfaDevices.length > 0,
    now,
  });
}

/** Issues credentials after the password was verified. */
export function signedIn(
  unit: UnitOfWork,
  sealer: Sealer,
  proven: Pick<PasswordHolder, "owner" | "ownerId" | "principalArn" | "use"> & {
    readonly account: string;
    readonly hasMfa: boolean;
    readonly now: Date;
  },
): SignInAnswer {
  const { account, owner, ownerId, principalArn, use, hasMfa, now } = proven;
  unit.put(passwordUseKey(account, ownerId), { at: now.toISOString() }, { expect: "any" });
  const issuedAt = Math.floor(now.getTime() / 1000);
  const passwordResetRequired = use === "changeOnly";
  const claims: Omit<SessionClaims, "accessKeyId" | "secret"> = {
    kind: "SignIn",
    account,
    ownerId,
    issuedAt,
    expiresAt:
      issuedAt +
      (passwordResetRequired ? FIFTEEN_MINUTES : owner.kind === "root" ? ONE_HOUR : TWELVE_HOURS),
    ...(hasMfa ? { mfaAt: issuedAt } : {}),
    ...(passwordResetRequired ? { passwordChangeOnly: true } : {}),
  };
  return {
    outcome: "signedIn",
    credentials: issueSession(sealer, owner, claims),
    passwordResetRequired,
    principalArn,
  };
}

/** The id of an account, by id or alias. Undefined if no account has the alias. */
export async function resolveAccount(
  unit: UnitOfWork,
  account: string,
  managementAccount: string,
): Promise<string | undefined> {
  if (/^\d{12}$/.test(account)) return account;
  return (await unit.get(accountAliasKey(managementAccount, account)))?.account;
}

/** Stands for the account of an unknown alias, so that it takes the same reads as a known one. */
export const NO_ACCOUNT = "000000000000";

interface PasswordHolder {
  readonly owner: SessionOwner;
  readonly ownerId: string;
  readonly principalArn: string;
  readonly passwordHash: string | undefined;
  readonly mfaDevices: readonly string[];
  readonly use: "signIn" | "changeOnly" | "none";
}

async function findPasswordHolder(
  unit: UnitOfWork,
  account: string,
  requested: SignInRequest["user"],
  now: Date,
): Promise<PasswordHolder | undefined> {
  const name = requested.kind === "user" ? requested.name : "";
  const keys = {
    account: accountKey(account),
    root: rootKey(account),
    user: userKey(account, name),
    policy: passwordPolicyKey(account),
  };
  // One read, of the same records in every case. The following ones find the records in the unit.
  await unit.getAll<unknown>(Object.values(keys));
  const record = await unit.get(keys.account);
  const root = await unit.get(keys.root);
  const user = await unit.get(keys.user);
  const policy = await unit.get(keys.policy);
  if (record?.status !== "ACTIVE") return undefined;
  if (requested.kind === "root") {
    if (root?.email === undefined || root.email.toLowerCase() !== requested.email.toLowerCase())
      return undefined;
    const { passwordHash, mfaDevices = [] } = root;
    return {
      owner: { kind: "root" },
      ownerId: account,
      principalArn: iamArn(account, "root"),
      passwordHash,
      mfaDevices,
      use: "signIn",
    };
  }
  if (user === undefined) return undefined;
  const { principal, loginProfile, mfaDevices = [] } = user;
  return {
    owner: { kind: "user", name: principal.name },
    ownerId: principal.id,
    principalArn: iamArn(account, `user${principal.path}${principal.name}`),
    // A user without a password is refused like a wrong password.
    passwordHash: loginProfile?.passwordHash,
    mfaDevices,
    use: loginProfile === undefined ? "none" : passwordUse(policy, loginProfile, now),
  };
}
