import { iamArn } from "../arn.ts";
import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";
import type { Tag } from "./tag.ts";

/** A SAML 2.0 provider whose assertions the account's roles may trust. */
export interface SamlProviderRecord {
  readonly account: string;
  readonly name: string;
  /** Shown as `SAMLProviderUUID`. */
  readonly uuid: string;
  readonly createdAt: string;
  readonly validUntil: string;
  /** The metadata document as it was submitted. */
  readonly metadata: string;
  /** Its `entityID`: who must have issued an assertion. */
  readonly issuer: string;
  /** Base64 of the X.509 certificates that its assertions may be signed with. */
  readonly certificates: readonly string[];
  readonly encryption?: "Required" | "Allowed";
  /** For encrypted assertions; two at most, newest last. */
  readonly privateKeys: readonly SamlPrivateKey[];
  readonly tags: readonly Tag[];
}

export interface SamlPrivateKey {
  readonly id: string;
  readonly createdAt: string;
  /** PEM, sealed, bound to `samlPrivateKeySeal(...)`. */
  readonly sealedKey: string;
}

export const samlProviderKey = (account: string, name: string): RecordKey<SamlProviderRecord> => ({
  account,
  partition: partitionOf("saml-provider", name.toLowerCase()),
  sort: "record",
});

export const samlPrivateKeySeal = (account: string, uuid: string, keyId: string): string =>
  `saml-private-key/${account}/${uuid}/${keyId}`;

export const samlProviderArn = ({
  account,
  name,
}: {
  readonly account: string;
  readonly name: string;
}): string => iamArn(account, `saml-provider/${name}`);

/** The name in a provider's ARN; undefined when it is the ARN of something else, or of another account's. */
export function samlNameOfArn(account: string, arn: string): string | undefined {
  const start = samlProviderArn({ account, name: "" });
  const name = arn.slice(start.length);
  return arn.startsWith(start) && /^[\w.-]{1,128}$/.test(name) ? name : undefined;
}
