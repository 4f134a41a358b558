import { randomInt } from "node:crypto";
import { DAY_MILLISECONDS } from "../day.ts";
import { accountKey } from "../record/account.ts";
import { type RootRecord, rootArn, rootKey } from "../record/root.ts";
import type { Store } from "../storage/store.ts";
import { atomically, type UnitOfWork, unitOfWork } from "../storage/unit-of-work.ts";
import { useMfaCode } from "./mfa.ts";
import { hashPassword, verifyPassword } from "./password.ts";
import { checkPassword } from "./password-policy.ts";
import {
  NO_ACCOUNT,
  REFUSED,
  resolveAccount,
  type SignInAnswer,
  type SignInContext,
  signedIn,
} from "./sign-in.ts";
import { countAttempt } from "./sign-in-attempts.ts";

/**
 * Issues a recovery code for a root user, valid once within 24 hours, in place of the e-mail that
 * AWS sends. It replaces an earlier code.
 * @returns the code, of which only a hash is stored, and its expiry
 * @throws {RangeError} if the account has no root user or is not active
 */
export async function openRootRecovery(
  { store, now }: { readonly store: Store; readonly now: Date },
  account: string,
): Promise<{ readonly code: string; readonly email: string; readonly expiresAt: Date }> {
  const code = makeCode();
  const codeHash = await hashPassword(code);
  const expiresAt = new Date(now.getTime() + DAY_MILLISECONDS);
  const email = await atomically(store, async (unit) => {
    const record = await unit.get(accountKey(account));
    const root = await unit.get(rootKey(account));
    if (record === undefined || root === undefined)
      throw new RangeError(`account ${account} is not in this installation`);
    if (record.status !== "ACTIVE")
      throw new RangeError(`account ${account} is closed or being imported`);
    if (root.email === undefined)
      throw new RangeError(`the root user of account ${account} has no e-mail address`);
    // Fails if the account is closed concurrently.
    unit.check(accountKey(account), "unchanged");
    unit.put(rootKey(account), {
      ...root,
      recovery: { codeHash, expiresAt: expiresAt.toISOString() },
    });
    return root.email;
  });
  return { code, email, expiresAt };
}

/** A root user's request for a new password. */
export interface RecoveryRequest {
  /** An account's id or alias. */
  readonly account: string;
  readonly email: string;
  readonly recoveryCode: string;
  readonly newPassword: string;
  readonly mfaCode?: string | undefined;
}

/**
 * Sets the root user's new password if the recovery code is right, uses up the code, and signs in.
 * An unknown account or address and a wrong, used or expired code take the same reads and the same
 * hashing, count as failed sign-ins, and have the same answer.
 * @throws {ApiError} `PasswordPolicyViolation`, which depends on the new password only
 */
export async function recoverRoot(
  context: SignInContext,
  request: RecoveryRequest,
): Promise<SignInAnswer> {
  const { store, settings, now, sourceIp } = context;
  const { managementAccount } = settings;
  // The account's password policy applies to its users only (IAM
  // UG/id_credentials_passwords_account-policy).
  checkPassword(undefined, request.newPassword);
  const account = await resolveAccount(unitOfWork(store), request.account, managementAccount);
  const counted = await countAttempt(
    { store, managementAccount, now },
    {
      givenAccount: request.account.toLowerCase(),
      account,
      name: `root/${request.email}`,
      address: sourceIp,
    },
  );
  if (!("succeeded" in counted)) return { outcome: "refused", waitSeconds: counted.wait };
  const answer = await atomically(store, (unit) =>
    recover(context, unit, {
      ...request,
      account: account ?? NO_ACCOUNT,
      blocked: counted.blocked,
    }),
  );
  if (answer.outcome !== "refused") await counted.succeeded();
  return answer;
}

async function recover(
  { sealer, now }: SignInContext,
  unit: UnitOfWork,
  request: RecoveryRequest & { readonly blocked: boolean },
): Promise<SignInAnswer> {
  const { account } = request;
  const root = await recoverable(unit, request, now);
  const codeHash = request.blocked ? undefined : root?.recovery.codeHash;
  const isRight = await verifyPassword(codeHash, normalized(request.recoveryCode));
  if (!isRight || root === undefined) return REFUSED;
  const { mfaDevices = [] } = root;
  if (mfaDevices.length > 0) {
    if (request.mfaCode === undefined) return { outcome: "mfaRequired" };
    if (!(await useMfaCode({ account, unit, sealer, now }, mfaDevices, request.mfaCode)))
      return REFUSED;
  }
  const { recovery: _, recoverableSince: __, ...rest } = root;
  unit.put(rootKey(account), {
    ...rest,
    passwordHash: await hashPassword(request.newPassword),
    passwordChangedAt: now.toISOString(),
  });
  return signedIn(unit, sealer, {
    account,
    owner: { kind: "root" },
    ownerId: account,
    principalArn: rootArn(account),
    use: "signIn",
    hasMfa: mfaDevices.length > 0,
    now,
  });
}

/** The root user of an active account, if the address is its own and a code is open. */
async function recoverable(
  unit: UnitOfWork,
  { account, email }: RecoveryRequest,
  now: Date,
): Promise<(RootRecord & Required<Pick<RootRecord, "recovery">>) | undefined> {
  const keys = { account: accountKey(account), root: rootKey(account) };
  // One read. The following ones find the records in the unit.
  await unit.getAll<unknown>(Object.values(keys));
  const record = await unit.get(keys.account);
  const root = await unit.get(keys.root);
  if (record?.status !== "ACTIVE" || root?.recovery === undefined) return undefined;
  if (root.email?.toLowerCase() !== email.toLowerCase()) return undefined;
  if (Date.parse(root.recovery.expiresAt) <= now.getTime()) return undefined;
  return { ...root, recovery: root.recovery };
}

/** Base32 without letters that look alike. */
const LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const GROUPS = 6;
const GROUP_LENGTH = 5;

/** A code of 150 random bits, in groups that can be read out. */
const makeCode = (): string =>
  Array.from({ length: GROUPS }, () =>
    Array.from({ length: GROUP_LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join(""),
  ).join("-");

/** The code as it was issued, whatever case and spaces were typed. */
const normalized = (code: string): string => code.trim().toUpperCase();
