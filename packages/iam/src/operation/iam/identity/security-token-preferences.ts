import type * as sdk from "@aws-sdk/client-iam";
import { operation } from "../../../model/operation.ts";
import { securityTokenPreferencesKey } from "../../../record/security-token-preferences.ts";

export const securityTokenPreferenceOperations = {
  /** There is one endpoint here, in every region alike: the setting is kept and shown, and changes no token. */
  SetSecurityTokenServicePreferences: operation<
    sdk.SetSecurityTokenServicePreferencesCommandInput,
    sdk.SetSecurityTokenServicePreferencesCommandOutput
  >({
    action: "iam:SetSecurityTokenServicePreferences",
    target: () => ({ arn: "*" }),
    async run({ account, unit }, { GlobalEndpointTokenVersion: version }) {
      // The input was validated: it is one of the two.
      const globalEndpointTokenVersion = version === "v1Token" ? 1 : 2;
      const key = securityTokenPreferencesKey(account);
      unit.put(key, { globalEndpointTokenVersion }, { expect: "any" });
      return {};
    },
  }),
} as const;
