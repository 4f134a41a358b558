import type * as sdk from "@aws-sdk/client-iam";
import { incrementEpoch } from "../../../entity/epoch.ts";
import { ApiError, noSuchEntity } from "../../../error.ts";
import { operation } from "../../../model/operation.ts";
import { accountKey } from "../../../record/account.ts";
import { accountAliasKey } from "../../../record/account-alias.ts";
import { slicePage } from "../../../storage/pagination.ts";

export const accountAliasOperations = {
  CreateAccountAlias: operation<
    sdk.CreateAccountAliasCommandInput,
    sdk.CreateAccountAliasCommandOutput
  >({
    action: "iam:CreateAccountAlias",
    target: () => ({ arn: "*" }),
    // An account has at most one alias. A new one replaces it (IAM UG/console_account-alias).
    async run(context, input) {
      const { account, unit, settings } = context;
      const alias = input.AccountAlias ?? "";
      if (/^\d{12}$/.test(alias))
        throw new ApiError("InvalidInput", "The account alias must not be a 12-digit number.");
      const key = accountAliasKey(settings.managementAccount, alias);
      if (await unit.get(key))
        throw new ApiError("EntityAlreadyExists", `The account alias ${alias} already exists.`);
      const previous = (await unit.get(accountKey(account)))?.alias;
      if (previous !== undefined)
        unit.delete(accountAliasKey(settings.managementAccount, previous), { expect: "any" });
      unit.put(key, { account });
      await incrementEpoch(context, (record) => ({ ...record, alias }));
      return {};
    },
  }),

  DeleteAccountAlias: operation<
    sdk.DeleteAccountAliasCommandInput,
    sdk.DeleteAccountAliasCommandOutput
  >({
    action: "iam:DeleteAccountAlias",
    target: () => ({ arn: "*" }),
    async run(context, input) {
      const { account, unit, settings } = context;
      const alias = input.AccountAlias ?? "";
      if ((await unit.get(accountKey(account)))?.alias !== alias) {
        throw noSuchEntity(`The account alias ${alias} cannot be found.`);
      }
      unit.delete(accountAliasKey(settings.managementAccount, alias), { expect: "any" });
      await incrementEpoch(context, ({ alias: _, ...record }) => record);
      return {};
    },
  }),

  ListAccountAliases: operation<
    sdk.ListAccountAliasesCommandInput,
    sdk.ListAccountAliasesCommandOutput
  >({
    action: "iam:ListAccountAliases",
    target: () => ({ arn: "*" }),
    async run({ account, unit }, input) {
      const alias = (await unit.get(accountKey(account)))?.alias;
      const { items, ...rest } = slicePage(alias === undefined ? [] : [alias], input);
      return { AccountAliases: [...items], ...rest };
    },
  }),
} as const;
