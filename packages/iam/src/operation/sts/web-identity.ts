import type * as sdk from "@aws-sdk/client-sts";
import { parseRoleArn } from "../../arn.ts";
import { ApiError } from "../../error.ts";
import { federatedCaller } from "../../federation/federated-caller.ts";
import {
  federationKeys,
  federationRequirements,
  startFederatedSession,
} from "../../federation/federated-session.ts";
import { claimedIssuer, verifyWebIdentity } from "../../federation/web-identity-token.ts";
import type { Caller, ProviderAssertion } from "../../model/caller.ts";
import { type OperationContext, operation } from "../../model/operation.ts";
import { oidcProviderArn, oidcProviderKey } from "../../record/oidc-provider.ts";
import { roleOfArn, trustTarget } from "../../trust/role-trust.ts";
import { checkArnForm } from "./assume-role.ts";

const REFUSAL = "Not authorized to perform sts:AssumeRoleWithWebIdentity";

export const webIdentityOperations = {
  AssumeRoleWithWebIdentity: operation<
    sdk.AssumeRoleWithWebIdentityCommandInput,
    sdk.AssumeRoleWithWebIdentityCommandOutput
  >({
    action: "sts:AssumeRoleWithWebIdentity",
    access: "unsigned",
    refusal: REFUSAL,
    async prove(
      context,
      {
        RoleArn: arn = "",
        RoleSessionName: sessionName = "",
        WebIdentityToken: token = "",
        ProviderId,
      },
    ) {
      checkArnForm(arn);
      if (ProviderId !== undefined) {
        throw new ApiError(
          "InvalidParameterValue",
          "ProviderId is for OAuth 2.0 access tokens, which are not taken: pass an OpenID Connect ID token.",
        );
      }
      const account = accountOfRoleArn(arn);
      return federatedCaller(
        account,
        await proveWebIdentity(context, { account, token, sessionName }),
      );
    },
    target: async ({ unit }, { RoleArn: arn = "" }) => trustTarget(arn, await roleOfArn(unit, arn)),
    conditionKeys: federationKeys,
    alsoAuthorize: federationRequirements,
    async run(context, input) {
      const { assertion, session } = await startFederatedSession(context, input);
      return {
        ...session,
        SubjectFromWebIdentityToken: assertion.subject,
        Audience: assertion.audience,
        Provider: assertion.issuerArn,
      };
    },
  }),
} as const;

/**
 * Verifies the token of an OIDC provider that is registered in the account.
 * @throws {ApiError} `InvalidIdentityToken`, `ExpiredTokenException`, `IDPCommunicationError`
 */
async function proveWebIdentity(
  { unit, now, settings }: Pick<OperationContext, "unit" | "now" | "settings">,
  {
    account,
    token,
    sessionName,
  }: { readonly account: string; readonly token: string; readonly sessionName: string },
): Promise<ProviderAssertion> {
  const issuer = claimedIssuer(token);
  const provider = await unit.get(oidcProviderKey(account, issuer.url));
  if (provider === undefined) {
    throw new ApiError(
      "InvalidIdentityToken",
      `No OpenIDConnect provider found in your account for ${issuer.iss}`,
    );
  }
  return verifyWebIdentity(
    token,
    { ...provider, arn: oidcProviderArn(provider) },
    { now, sessionName, privateAddresses: settings.privateIdentityProviders ?? false },
  );
}

/** Returns the account in a role's ARN, whose providers apply. @throws {ApiError} `AccessDenied` */
function accountOfRoleArn(roleArn: string): Caller["account"] {
  const account = parseRoleArn(roleArn)?.account;
  if (account === undefined) throw new ApiError("AccessDenied", REFUSAL);
  return account;
}
