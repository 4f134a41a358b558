import { iamArn } from "../arn.ts";
import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";
import type { Tag } from "./tag.ts";

/** A SAML 2.0 provider whose assertions the account's roles may trust. */
export interface SamlProviderRecord {
  readonly account: string;
  readonly name: string;
  /** Answered as `SAMLProviderUUID`. */
  readonly uuid: string;
  readonly createdAt: string;
  readonly validUntil: string;
  /** The submitted metadata document. */
  readonly metadata: string;
  /** The provider's `entityID`, which its assertions must name as issuer. */
  readonly issuer: string;
  /** Base64 of the X.509 certificates that may sign assertions. */
  readonly certificates: readonly string[];
  readonly encryption?: "Required" | "Allowed";
  /** Private keys for encrypted assertions. At most two, newest last. */
  readonly privateKeys: readonly SamlPrivateKey[];
  readonly tags: readonly Tag[];
}

/** A private key that decrypts a provider's assertions. */
export interface SamlPrivateKey {
  readonly id: string;
  readonly createdAt: string;
  /** PEM, sealed under the associated data of `samlPrivateKeySeal`. */
  readonly sealedKey: string;
}

/** The key of a SAML provider. */
export const samlProviderKey = (account: string, name: string): RecordKey<SamlProviderRecord> => ({
  account,
  partition: partitionOf("saml-provider", name.toLowerCase()),
  sort: "record",
});

/** The associated data of a sealed private key. */
export const samlPrivateKeySeal = (account: string, uuid: string, keyId: string): string =>
  `saml-private-key/${account}/${uuid}/${keyId}`;

/** The ARN of a SAML provider. */
export const samlProviderArn = ({
  account,
  name,
}: {
  readonly account: string;
  readonly name: string;
}): string => iamArn(account, `saml-provider/${name}`);

/** The name in a SAML provider's ARN. Undefined for other ARNs and for other accounts. */
export function samlNameOfArn(account: string, arn: string): string | undefined {
  const start = samlProviderArn({ account, name: "" });
  const name = arn.slice(start.length);
  return arn.startsWith(start) && /^[\w.-]{1,128}$/.test(name) ? name : undefined;
}
