import type * as sdk from "@aws-sdk/client-iam";
import { operation } from "../../../model/operation.ts";
import { securityTokenPreferencesKey } from "../../../record/security-token-preferences.ts";

export const securityTokenPreferenceOperations = {
  /**
   * An installation has one STS endpoint. The setting is stored and shown in the account summary,
   * and has no effect on tokens.
   */
  SetSecurityTokenServicePreferences: operation<
    sdk.SetSecurityTokenServicePreferencesCommandInput,
    sdk.SetSecurityTokenServicePreferencesCommandOutput
  >({
    action: "iam:SetSecurityTokenServicePreferences",
    target: () => ({ arn: "*" }),
    async run({ account, unit }, { GlobalEndpointTokenVersion: version }) {
      const globalEndpointTokenVersion = version === "v1Token" ? 1 : 2;
      const key = securityTokenPreferencesKey(account);
      unit.put(key, { globalEndpointTokenVersion }, { expect: "any" });
      return {};
    },
  }),
} as const;
