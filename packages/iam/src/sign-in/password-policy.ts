import { ApiError } from "../error.ts";
import type { PasswordPolicy } from "../record/password-policy.ts";
import type { LoginProfile } from "../record/user.ts";
import { verifyPassword } from "./password.ts";

/** As many earlier passwords as a policy can forbid. */
export const REMEMBERED_PASSWORDS = 24;

const DAY = 86_400_000;

/** What a password may be asked to have, in the order in which AWS names them. */
const CLASSES = [
  {
    rule: "requireUppercase",
    letter: /[A-Z]/,
    said: "Password should have at least one uppercase letter",
  },
  {
    rule: "requireLowercase",
    letter: /[a-z]/,
    said: "Password should have at least one lowercase letter",
  },
  { rule: "requireNumbers", letter: /[0-9]/, said: "Password should have at least one number" },
  {
    rule: "requireSymbols",
    letter: /[!@#$%^&*()_+\-=[\]{}|']/,
    said: "Password should have at least one symbol",
  },
] as const;

/**
 * Refuse a password that the account's policy forbids; without one AWS's default applies: eight characters, of three of the
 * four classes. @throws {ApiError} `PasswordPolicyViolation`
 */
export function checkPassword(policy: PasswordPolicy | undefined, password: string): void {
  const length = policy?.minimumLength ?? 8;
  if (password.length < length)
    throw violation(`Password should have a minimum length of ${length}`);
  const lacking = CLASSES.filter(
    ({ rule, letter }) => (policy?.[rule] ?? true) && !letter.test(password),
  );
  const missing = policy === undefined ? lacking.length - 1 : lacking.length;
  const said = lacking.map((one) => one.said);
  if (missing > 0 && said.length === 1) throw violation(said.join());
  if (missing > 0) {
    throw violation(
      `Password should meet ${missing} more of the following requirements: ${said.join(", ")}`,
    );
  }
}

/** Refuse a password that was used too recently. @throws {ApiError} `PasswordPolicyViolation` */
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

/** The profile with another password, the former one remembered. */
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

/** When a password expires; undefined: never. */
export function passwordExpiry(
  policy: PasswordPolicy | undefined,
  { changedAt }: Pick<LoginProfile, "changedAt">,
): Date | undefined {
  const days = policy?.maxAgeDays;
  return days === undefined ? undefined : new Date(Date.parse(changedAt) + days * DAY);
}

/** What a right password is good for: signing in, only for choosing another, or, past a hard expiry, for nothing. */
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
