import { installation } from "./stage.ts";

/**
 * The KMS keys that sign the installation's tokens, by algorithm (RFC 7518). They never leave KMS.
 */
export interface SigningKeys {
  readonly ES384: $util.Output<string>;
  readonly RS256: $util.Output<string>;
}

const SPECS = { ES384: "ECC_NIST_P384", RS256: "RSA_2048" } as const;

/**
 * KMS does not rotate asymmetric keys. If a key here is replaced, the next deployment publishes the
 * new one a day before it signs.
 */
export function signingKeys(name: string): SigningKeys {
  const key = (algorithm: keyof typeof SPECS) =>
    new aws.kms.Key(
      `${name}SigningKey${algorithm}`,
      {
        description: `${installation()}: signs tokens, ${algorithm}`,
        customerMasterKeySpec: SPECS[algorithm],
        keyUsage: "SIGN_VERIFY",
        deletionWindowInDays: 30,
      },
      { protect: $app.protect, retainOnDelete: true },
    ).arn;
  return { ES384: key("ES384"), RS256: key("RS256") };
}
