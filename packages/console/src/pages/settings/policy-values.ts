import type { PasswordPolicy } from "@aws-sdk/client-iam";

/** A password policy as people edit it. */
export interface PolicyValues {
  readonly minimumLength: string;
  readonly symbols: boolean;
  readonly numbers: boolean;
  readonly uppercase: boolean;
  readonly lowercase: boolean;
  readonly mayChange: boolean;
  /** Days; empty: passwords don't expire. */
  readonly maximumAge: string;
  /** How many former passwords are refused; empty: none. */
  readonly reusePrevention: string;
  /** Whether an expired password can only be replaced by an administrator. */
  readonly hardExpiry: boolean;
}

/** IAM's default, which applies without a policy of the account's own. */
const DEFAULT: PolicyValues = {
  minimumLength: "8",
  symbols: false,
  numbers: false,
  uppercase: false,
  lowercase: false,
  mayChange: false,
  maximumAge: "",
  reusePrevention: "",
  hardExpiry: false,
};

/** What the form proposes where there is no policy yet. */
export const PROPOSED: PolicyValues = { ...DEFAULT, minimumLength: "14", mayChange: true };

export function valuesOf(policy: PasswordPolicy | undefined): PolicyValues | undefined {
  if (policy === undefined) return undefined;
  const text = (value: number | undefined) => (value === undefined ? "" : String(value));
  return {
    minimumLength: text(policy.MinimumPasswordLength),
    symbols: policy.RequireSymbols ?? false,
    numbers: policy.RequireNumbers ?? false,
    uppercase: policy.RequireUppercaseCharacters ?? false,
    lowercase: policy.RequireLowercaseCharacters ?? false,
    mayChange: policy.AllowUsersToChangePassword ?? false,
    maximumAge: text(policy.MaxPasswordAge || undefined),
    reusePrevention: text(policy.PasswordReusePrevention),
    hardExpiry: policy.HardExpiry ?? false,
  };
}

export const inputOf = (values: PolicyValues) => ({
  MinimumPasswordLength: Number(values.minimumLength),
  RequireSymbols: values.symbols,
  RequireNumbers: values.numbers,
  RequireUppercaseCharacters: values.uppercase,
  RequireLowercaseCharacters: values.lowercase,
  AllowUsersToChangePassword: values.mayChange,
  ...(values.maximumAge === "" ? {} : { MaxPasswordAge: Number(values.maximumAge) }),
  ...(values.reusePrevention === ""
    ? {}
    : { PasswordReusePrevention: Number(values.reusePrevention) }),
  ...(values.hardExpiry ? { HardExpiry: true } : {}),
});

export type PolicyProblems = Partial<Record<keyof PolicyValues, string>>;

/** IAM's ranges. */
export function policyProblems(values: PolicyValues): PolicyProblems {
  const range = (value: string, least: number, most: number, isOptional: boolean) => {
    if (value === "" && isOptional) return undefined;
    const number = Number(value);
    return /^\d+$/.test(value) && number >= least && number <= most
      ? undefined
      : `Enter a number from ${least} to ${most}.`;
  };
  const found = {
    minimumLength: range(values.minimumLength, 6, 128, false),
    maximumAge: range(values.maximumAge, 1, 1095, true),
    reusePrevention: range(values.reusePrevention, 1, 24, true),
  };
  return Object.fromEntries(Object.entries(found).filter(([, problem]) => problem !== undefined));
}

/** Each setting in words, for the panel and for comparisons. */
export const POLICY_LABELS: Readonly<Record<keyof PolicyValues, string>> = {
  minimumLength: "Minimum length",
  uppercase: "Requires an uppercase letter",
  lowercase: "Requires a lowercase letter",
  numbers: "Requires a number",
  symbols: "Requires a symbol",
  mayChange: "Users may change their own password",
  maximumAge: "Expires after days",
  reusePrevention: "Refuses the last passwords",
  hardExpiry: "Expired passwords need an administrator",
};

/** A setting's value in words. */
export function wordsOf(value: string | boolean): string {
  if (typeof value === "boolean") return value ? "Yes" : "No";
  return value === "" ? "No" : value;
}
