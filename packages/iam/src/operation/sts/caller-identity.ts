import type * as sdk from "@aws-sdk/client-sts";
import { accountOfAccessKeyId } from "../../access-key-id.ts";
import { validationError } from "../../error.ts";
import { operation } from "../../model/operation.ts";
import { accessKeyKey } from "../../record/access-key.ts";

export const callerIdentityOperations = {
  GetCallerIdentity: operation<
    sdk.GetCallerIdentityCommandInput,
    sdk.GetCallerIdentityCommandOutput
  >({
    action: "sts:GetCallerIdentity",
    access: "anyone",
    target: () => ({ arn: "*" }),
    async run({ caller: { account, principal } }) {
      if (!("userId" in principal)) throw new TypeError(`${principal.type} has no credentials`);
      return { UserId: principal.userId, Account: account, Arn: principal.arn };
    },
  }),

  GetAccessKeyInfo: operation<sdk.GetAccessKeyInfoCommandInput, sdk.GetAccessKeyInfoCommandOutput>({
    action: "sts:GetAccessKeyInfo",
    target: () => ({ arn: "*", resourceName: "" }),
    async run({ unit, settings: { managementAccount } }, input) {
      const id = input.AccessKeyId ?? "";
      const encoded = accountOfAccessKeyId(id);
      if (encoded !== undefined) return { Account: encoded };
      // Only imported root keys encode no account. They belong to the management account.
      if (await unit.get(accessKeyKey(id, managementAccount)))
        return { Account: managementAccount };
      throw validationError(`Access key id \`${id}\` belongs to no account.`);
    },
  }),
} as const;
