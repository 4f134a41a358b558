/**
 * What a wrapped key is bound to: KMS opens it only when told the same, and logs it (KMS Developer Guide,
 * encrypt_context). `installation` names whose data keys these are.
 */
export function encryptionContext(installation: string): {
  readonly "portcullis:installation": string;
} {
  return { "portcullis:installation": installation };
}
