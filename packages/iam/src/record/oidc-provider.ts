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
  /** Audiences whose tokens are taken. */
  readonly clientIds: readonly string[];
  /** SHA-1 of a certificate, 40 hex digits, that makes the provider's TLS trusted beside the public authorities. */
  readonly thumbprints: readonly string[];
  readonly tags: readonly Tag[];
}

export const oidcProviderKey = (account: string, url: string): RecordKey<OidcProviderRecord> => ({
  account,
  partition: partitionOf("oidc-provider", url),
  sort: "record",
});

export const oidcProviderArn = ({
  account,
  url,
}: {
  readonly account: string;
  readonly url: string;
}): string => iamArn(account, `oidc-provider/${url}`);

/** The URL of a provider's ARN; undefined when it is the ARN of something else, or of another account's. */
export function oidcUrlOfArn(account: string, arn: string): string | undefined {
  const start = oidcProviderArn({ account, url: "" });
  return arn.startsWith(start) ? arn.slice(start.length) : undefined;
}
