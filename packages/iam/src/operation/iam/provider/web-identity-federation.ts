import type * as sdk from "@aws-sdk/client-iam";
import { ApiError } from "../../../error.ts";
import { operation } from "../../../model/operation.ts";
import { webIdentityFederationKey } from "../../../record/web-identity-federation.ts";

const disabled = () =>
  new ApiError(
    "FeatureDisabled",
    "The request was rejected because outbound web identity federation is not enabled for this account.",
  );

/**
 * Operations on outbound web identity federation: whether the account's principals can get tokens
 * from this installation for use elsewhere, and the tokens' issuer.
 */
export const webIdentityFederationOperations = {
  EnableOutboundWebIdentityFederation: operation<
    sdk.EnableOutboundWebIdentityFederationCommandInput,
    sdk.EnableOutboundWebIdentityFederationCommandOutput
  >({
    action: "iam:EnableOutboundWebIdentityFederation",
    target: () => ({ arn: "*" }),
    async run({ account, unit, now, settings }) {
      const key = webIdentityFederationKey(account);
      if (await unit.get(key)) {
        throw new ApiError(
          "FeatureEnabled",
          "The request was rejected because outbound web identity federation is already enabled for this account.",
        );
      }
      unit.put(key, { enabledAt: now.toISOString() });
      return { IssuerIdentifier: settings.issuer };
    },
  }),

  DisableOutboundWebIdentityFederation: operation<
    sdk.DisableOutboundWebIdentityFederationCommandInput,
    sdk.DisableOutboundWebIdentityFederationCommandOutput
  >({
    action: "iam:DisableOutboundWebIdentityFederation",
    target: () => ({ arn: "*" }),
    async run({ account, unit }) {
      const key = webIdentityFederationKey(account);
      if ((await unit.get(key)) === undefined) throw disabled();
      unit.delete(key);
      return {};
    },
  }),

  GetOutboundWebIdentityFederationInfo: operation<
    sdk.GetOutboundWebIdentityFederationInfoCommandInput,
    sdk.GetOutboundWebIdentityFederationInfoCommandOutput
  >({
    action: "iam:GetOutboundWebIdentityFederationInfo",
    target: () => ({ arn: "*" }),
    async run({ account, unit, settings }) {
      if ((await unit.get(webIdentityFederationKey(account))) === undefined) throw disabled();
      return { IssuerIdentifier: settings.issuer, JwtVendingEnabled: true };
    },
  }),
} as const;
