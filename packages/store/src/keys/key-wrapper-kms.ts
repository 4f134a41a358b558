import { DecryptCommand, EncryptCommand, type KMSClient } from "@aws-sdk/client-kms";
import { encryptionContext } from "./encryption-context.ts";
import type { KeyWrapper } from "./key-wrapper.ts";

/**
 * A wrapper with a symmetric KMS key.
 * @param installation identifies the installation in the encryption context: the table's name
 */
export function kmsKeyWrapper(client: KMSClient, keyArn: string, installation: string): KeyWrapper {
  const common = { KeyId: keyArn, EncryptionContext: encryptionContext(installation) };
  return {
    async wrap(dataKey) {
      const { CiphertextBlob } = await client.send(
        new EncryptCommand({ ...common, Plaintext: dataKey }),
      );
      if (!CiphertextBlob) throw new Error("KMS answered Encrypt without a ciphertext");
      return CiphertextBlob;
    },
    async unwrap(wrapped) {
      const { Plaintext } = await client.send(
        new DecryptCommand({ ...common, CiphertextBlob: wrapped }),
      );
      if (!Plaintext) throw new Error("KMS answered Decrypt without a plaintext");
      return Plaintext;
    },
  };
}
