import { ListOpenIDConnectProvidersCommand, ListSAMLProvidersCommand } from "@aws-sdk/client-iam";
import { iam } from "../api/clients.ts";

/** An identity provider of the account. */
export interface Provider {
  readonly arn: string;
  readonly type: "OIDC" | "SAML";
  /** The host and path of an OIDC provider's URL, or a SAML provider's name. */
  readonly name: string;
  readonly created?: Date | undefined;
  /** Of SAML metadata. */
  readonly validUntil?: Date | undefined;
}

export const providerType = (arn: string): Provider["type"] =>
  arn.includes(":saml-provider/") ? "SAML" : "OIDC";

export const providerName = (arn: string): string => arn.slice(arn.indexOf("/") + 1);

export async function oidcProviders(abortSignal: AbortSignal): Promise<readonly Provider[]> {
  const answer = await iam(new ListOpenIDConnectProvidersCommand({}), { abortSignal });
  return (answer.OpenIDConnectProviderList ?? []).map(({ Arn = "" }) => ({
    arn: Arn,
    type: "OIDC",
    name: providerName(Arn),
  }));
}

export async function samlProviders(abortSignal: AbortSignal): Promise<readonly Provider[]> {
  const answer = await iam(new ListSAMLProvidersCommand({}), { abortSignal });
  return (answer.SAMLProviderList ?? []).map(({ Arn = "", CreateDate, ValidUntil }) => ({
    arn: Arn,
    type: "SAML",
    name: providerName(Arn),
    created: CreateDate,
    validUntil: ValidUntil,
  }));
}
