import { DecryptCommand, EncryptCommand, type KMSClient } from "@aws-sdk/client-kms";
import type { KeyWrapper } from "./key-wrapper.ts";

/** What a wrapped key is bound to: KMS opens it only when told the same, and logs it (KMS Developer Guide, encryption context). */
export function encryptionContext(installation: string): { readonly "portcullis:installation": string } {
  return { "portcullis:installation": installation };
}

/** Wraps under a symmetric KMS key; `installation` names whose data keys these are, such as the table's name. */
export function kmsKeyWrapper(client: KMSClient, keyArn: string, installation: string): KeyWrapper {
  const common = { KeyId: keyArn, EncryptionContext: encryptionContext(installation) };
  return {
    async wrap(dataKey) {
      const { CiphertextBlob } = await client.send(new EncryptCommand({ ...common, Plaintext: dataKey }));
      if (!CiphertextBlob) throw new Error("KMS answered Encrypt without a ciphertext");
      return CiphertextBlob;
    },
    async unwrap(wrapped) {
      const { Plaintext } = await client.send(new DecryptCommand({ ...common, CiphertextBlob: wrapped }));
      if (!Plaintext) throw new Error("KMS answered Decrypt without a plaintext");
      return Plaintext;
    },
  };
}
