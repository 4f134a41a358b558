import type * as sdk from "@aws-sdk/client-iam";
import { noSuchEntity } from "../../../error.ts";
import { operation } from "../../../model/operation.ts";
import { type PasswordPolicy, passwordPolicyKey } from "../../../record/password-policy.ts";

const noPasswordPolicy = (account: string) =>
  noSuchEntity(`The Password Policy with domain name ${account} cannot be found.`);

export const accountPasswordPolicyOperations = {
  UpdateAccountPasswordPolicy: operation<
    sdk.UpdateAccountPasswordPolicyCommandInput,
    sdk.UpdateAccountPasswordPolicyCommandOutput
  >({
    action: "iam:UpdateAccountPasswordPolicy",
    target: () => ({ arn: "*" }),
    // IAM API/UpdateAccountPasswordPolicy: omitted members return to their defaults.
    async run({ account, unit }, input) {
      const policy: PasswordPolicy = {
        minimumLength: input.MinimumPasswordLength ?? 6,
        requireSymbols: input.RequireSymbols ?? false,
        requireNumbers: input.RequireNumbers ?? false,
        requireUppercase: input.RequireUppercaseCharacters ?? false,
        requireLowercase: input.RequireLowercaseCharacters ?? false,
        allowUsersToChange: input.AllowUsersToChangePassword ?? false,
        ...(input.MaxPasswordAge === undefined ? {} : { maxAgeDays: input.MaxPasswordAge }),
        ...(input.PasswordReusePrevention === undefined
          ? {}
          : { reusePrevention: input.PasswordReusePrevention }),
        ...(input.HardExpiry === undefined ? {} : { hardExpiry: input.HardExpiry }),
      };
      unit.put(passwordPolicyKey(account), policy, { expect: "any" });
      return {};
    },
  }),

  GetAccountPasswordPolicy: operation<
    sdk.GetAccountPasswordPolicyCommandInput,
    sdk.GetAccountPasswordPolicyCommandOutput
  >({
    action: "iam:GetAccountPasswordPolicy",
    target: () => ({ arn: "*" }),
    async run({ account, unit }) {
      const policy = await unit.get(passwordPolicyKey(account));
      if (policy === undefined) throw noPasswordPolicy(account);
      return {
        PasswordPolicy: {
          MinimumPasswordLength: policy.minimumLength,
          RequireSymbols: policy.requireSymbols,
          RequireNumbers: policy.requireNumbers,
          RequireUppercaseCharacters: policy.requireUppercase,
          RequireLowercaseCharacters: policy.requireLowercase,
          AllowUsersToChangePassword: policy.allowUsersToChange,
          ExpirePasswords: policy.maxAgeDays !== undefined,
          MaxPasswordAge: policy.maxAgeDays,
          PasswordReusePrevention: policy.reusePrevention,
          HardExpiry: policy.hardExpiry,
        },
      };
    },
  }),

  DeleteAccountPasswordPolicy: operation<
    sdk.DeleteAccountPasswordPolicyCommandInput,
    sdk.DeleteAccountPasswordPolicyCommandOutput
  >({
    action: "iam:DeleteAccountPasswordPolicy",
    target: () => ({ arn: "*" }),
    async run({ account, unit }) {
      if ((await unit.get(passwordPolicyKey(account))) === undefined)
        throw noPasswordPolicy(account);
      unit.delete(passwordPolicyKey(account));
      return {};
    },
  }),
} as const;
