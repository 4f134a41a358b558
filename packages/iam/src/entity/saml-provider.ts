import { createPrivateKey, randomUUID } from "node:crypto";
import type * as sdk from "@aws-sdk/client-iam";
import { accountOfIamArn } from "../arn.ts";
import { ApiError, noSuchEntity, validationError } from "../error.ts";
import { parseSamlMetadata } from "../federation/saml-metadata.ts";
import type { OperationContext, Target } from "../model/operation.ts";
import {
  type SamlPrivateKey,
  type SamlProviderRecord,
  samlNameOfArn,
  samlPrivateKeySeal,
  samlProviderKey,
} from "../record/saml-provider.ts";

const PRIVATE_KEYS_PER_PROVIDER = 2;

type Scope = Pick<OperationContext, "account" | "unit">;
interface Named {
  readonly SAMLProviderArn?: string | undefined;
}

async function lookUpSamlProvider({ account, unit }: Scope, { SAMLProviderArn: arn = "" }: Named) {
  if (!arn.startsWith("arn:")) throw validationError("Invalid ARN:  Could not be parsed!");
  const name = samlNameOfArn(account, arn);
  const provider = name === undefined ? undefined : await unit.get(samlProviderKey(account, name));
  return provider?.name === name ? provider : undefined;
}

/** Returns the provider that the input names. @throws {ApiError} `NoSuchEntity` */
export async function findSamlProvider(scope: Scope, input: Named): Promise<SamlProviderRecord> {
  const provider = await lookUpSamlProvider(scope, input);
  if (provider === undefined)
    throw noSuchEntity(`Manifest not found for arn ${input.SAMLProviderArn}`);
  return provider;
}

/** Writes the provider's record. */
export const saveSamlProvider = ({ account, unit }: Scope, provider: SamlProviderRecord): void =>
  unit.put(samlProviderKey(account, provider.name), provider);

/** Returns a provider as the target of an operation. Its owner is the account in its ARN. */
export async function samlProviderTarget(context: OperationContext, input: Named): Promise<Target> {
  const provider = await lookUpSamlProvider(context, input);
  const arn = input.SAMLProviderArn ?? "";
  const owner = accountOfIamArn(arn);
  return {
    arn,
    ...(owner ? { account: owner } : {}),
    ...(provider ? { tags: provider.tags } : {}),
  };
}

/**
 * Parses and checks a provider's metadata document. A document without `validUntil` is valid for a
 * hundred years, as in AWS.
 */
export async function readSamlMetadata(metadata: string, now: Date) {
  const { issuer, certificates, validUntil } = await parseSamlMetadata(metadata);
  const forever = new Date(now);
  forever.setUTCFullYear(now.getUTCFullYear() + 100);
  return { metadata, issuer, certificates, validUntil: (validUntil ?? forever).toISOString() };
}

/**
 * Returns the provider with the requested encryption mode and the added private key.
 * @throws {ApiError} `InvalidInput`, `LimitExceeded`
 */
export function withEncryption(
  context: OperationContext,
  provider: SamlProviderRecord,
  input: {
    readonly AssertionEncryptionMode?: sdk.AssertionEncryptionModeType | undefined;
    readonly AddPrivateKey?: string | undefined;
  },
): SamlProviderRecord {
  const encryption = input.AssertionEncryptionMode ?? provider.encryption;
  const added =
    input.AddPrivateKey === undefined
      ? []
      : [sealPrivateKey(context, provider, input.AddPrivateKey)];
  const privateKeys = [...provider.privateKeys, ...added];
  if (privateKeys.length > PRIVATE_KEYS_PER_PROVIDER) {
    throw new ApiError(
      "LimitExceeded",
      `Cannot exceed quota for PrivateKeysPerSAMLProvider: ${PRIVATE_KEYS_PER_PROVIDER}`,
    );
  }
  if (encryption === "Required" && privateKeys.length === 0) {
    throw new ApiError(
      "InvalidInput",
      "Assertions can only be required to be encrypted when there is a private key.",
    );
  }
  return { ...provider, ...(encryption === undefined ? {} : { encryption }), privateKeys };
}

function sealPrivateKey(
  { sealer, now, account }: OperationContext,
  { uuid }: SamlProviderRecord,
  pem: string,
): SamlPrivateKey {
  try {
    createPrivateKey(pem);
  } catch {
    throw new ApiError("InvalidInput", "The private key can't be read: it must be a PEM file.");
  }
  const id = randomUUID().replaceAll("-", "").toUpperCase();
  const sealedKey = sealer.seal(Buffer.from(pem), samlPrivateKeySeal(account, uuid, id));
  return { id, createdAt: now.toISOString(), sealedKey };
}
