/**
 * The encryption context of wrapped keys. KMS unwraps a key only with the same context, and logs it
 * (KMS Developer Guide, encrypt_context).
 */
export function encryptionContext(installation: string): {
  readonly "portcullis:installation": string;
} {
  return { "portcullis:installation": installation };
}
