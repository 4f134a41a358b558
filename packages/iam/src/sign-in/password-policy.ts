import { DAY_MILLISECONDS } from "../day.ts";
import { ApiError } from "../error.ts";
import type { PasswordPolicy } from "../record/password-policy.ts";
import type { LoginProfile } from "../record/user.ts";
import { verifyPassword } from "./password.ts";

/** The highest value of a policy's reuse prevention. */
export const REMEMBERED_PASSWORDS = 24;

/** The character classes that a policy can require, in the order of AWS's message. */
const CLASSES = [
  {
    rule: "requireUppercase",
    letter: /[A-Z]/,
    message: "Password should have at least one uppercase letter",
  },
  {
    rule: "requireLowercase",
    letter: /[a-z]/,
    message: "Password should have at least one lowercase letter",
  },
  { rule: "requireNumbers", letter: /[0-9]/, message: "Password should have at least one number" },
  {
    rule: "requireSymbols",
    letter: /[!@#$%^&*()_+\-=[\]{}|']/,
    message: "Password should have at least one symbol",
  },
] as const;

/**
 * Checks a password against the account's policy. Without a policy AWS's default applies: eight
 * characters, of three of the four classes.
 * @throws {ApiError} `PasswordPolicyViolation`
 */
export function checkPassword(policy: PasswordPolicy | undefined, password: string): void {
  const length = policy?.minimumLength ?? 8;
  if (password.length < length)
    throw violation(`Password should have a minimum length of ${length}`);
  const lacking = CLASSES.filter(
    ({ rule, letter }) => (policy?.[rule] ?? true) && !letter.test(password),
  );
  const missing = policy === undefined ? lacking.length - 1 : lacking.length;
  const messages = lacking.map(({ message }) => message);
  if (missing > 0 && messages.length === 1) throw violation(messages.join());
  if (missing > 0) {
    throw violation(
      `Password should meet ${missing} more of the following requirements: ${messages.join(", ")}`,
    );
  }
}

/**
 * Checks that a password is none of the recent ones.
 * @throws {ApiError} `PasswordPolicyViolation`
 */
export async function checkReuse(
  policy: PasswordPolicy | undefined,
  profile: LoginProfile,
  password: string,
): Promise<void> {
  const earlier = [profile.passwordHash, ...profile.history].slice(0, policy?.reusePrevention ?? 0);
  const same = await Promise.all(earlier.map((hash) => verifyPassword(hash, password)));
  if (same.includes(true))
    throw violation("Password does not conform to the account password policy.");
}

/** The login profile with a new password. The old one moves to the history. */
export const withPassword = (
  profile: LoginProfile,
  changed: { readonly passwordHash: string; readonly now: Date; readonly resetRequired: boolean },
): LoginProfile => ({
  passwordHash: changed.passwordHash,
  createdAt: profile.createdAt,
  changedAt: changed.now.toISOString(),
  resetRequired: changed.resetRequired,
  history: [profile.passwordHash, ...profile.history].slice(0, REMEMBERED_PASSWORDS),
});

/** When a password expires. Undefined if it never does. */
export function passwordExpiry(
  policy: PasswordPolicy | undefined,
  { changedAt }: Pick<LoginProfile, "changedAt">,
): Date | undefined {
  const days = policy?.maxAgeDays;
  return days === undefined ? undefined : new Date(Date.parse(changedAt) + days * DAY_MILLISECONDS);
}

/**
 * What a correct password permits: sign-in, only a change of the password, or nothing after a hard
 * expiry.
 */
export function passwordUse(
  policy: PasswordPolicy | undefined,
  profile: LoginProfile,
  now: Date,
): "signIn" | "changeOnly" | "none" {
  const expiry = passwordExpiry(policy, profile);
  if (expiry !== undefined && expiry <= now) return policy?.hardExpiry ? "none" : "changeOnly";
  return profile.resetRequired ? "changeOnly" : "signIn";
}

const violation = (message: string) => new ApiError("PasswordPolicyViolation", message);
