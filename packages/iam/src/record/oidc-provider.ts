import { iamArn } from "../arn.ts";
import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";
import type { Tag } from "./tag.ts";

/** An OpenID Connect provider whose tokens the account's roles may trust. */
export interface OidcProviderRecord {
  readonly account: string;
  /** Host and path, without scheme: `token.actions.githubusercontent.com`, `tenant.auth0.com/`. */
  readonly url: string;
  readonly createdAt: string;
  /** Accepted audiences. */
  readonly clientIds: readonly string[];
  /**
   * SHA-1 of certificates, 40 hex digits each. They are trusted for the provider's TLS in addition
   * to public certificate authorities.
   */
  readonly thumbprints: readonly string[];
  readonly tags: readonly Tag[];
}

/** The key of an OIDC provider. URLs are compared with regard to case. */
export const oidcProviderKey = (account: string, url: string): RecordKey<OidcProviderRecord> => ({
  account,
  partition: partitionOf("oidc-provider", url),
  sort: "record",
});

/** The ARN of an OIDC provider. */
export const oidcProviderArn = ({
  account,
  url,
}: {
  readonly account: string;
  readonly url: string;
}): string => iamArn(account, `oidc-provider/${url}`);

/** The URL in an OIDC provider's ARN. Undefined for other ARNs and for other accounts. */
export function oidcUrlOfArn(account: string, arn: string): string | undefined {
  const start = oidcProviderArn({ account, url: "" });
  return arn.startsWith(start) ? arn.slice(start.length) : undefined;
}
