import { createHash, createPublicKey } from "node:crypto";
import { GetPublicKeyCommand, type KMSClient, SignCommand } from "@aws-sdk/client-kms";
import type { RemoteKey } from "@portcullis/iam/federation/signing-keys";
import type { TokenAlgorithm } from "@portcullis/iam/record/signing-keys";
import type { RemoteSigner } from "@portcullis/iam/remote-signer";
import { joseSignature } from "./jose-signature.ts";

/**
 * The algorithms by KMS's names (KMS developer guide, "Key spec reference"), of ECC_NIST_P384 and
 * RSA_2048 keys for SIGN_VERIFY.
 */
const KMS = {
  ES384: { name: "ECDSA_SHA_384", hash: "sha384", integerBytes: 48 },
  RS256: { name: "RSASSA_PKCS1_V1_5_SHA_256", hash: "sha256", integerBytes: undefined },
} as const satisfies Record<TokenAlgorithm, object>;

/** Signs tokens with keys that never leave KMS. */
export function kmsSigner(client: KMSClient): RemoteSigner {
  return async (keyId, algorithm, input) => {
    const { name, hash, integerBytes } = KMS[algorithm];
    const { Signature: signature } = await client.send(
      new SignCommand({
        KeyId: keyId,
        SigningAlgorithm: name,
        MessageType: "DIGEST",
        Message: createHash(hash).update(input).digest(),
      }),
    );
    if (signature === undefined) throw new Error(`KMS answered no signature for ${keyId}`);
    return integerBytes === undefined ? signature : joseSignature(signature, integerBytes);
  };
}

/** The public half of a KMS key. */
export async function kmsKey(client: KMSClient, keyId: string): Promise<RemoteKey> {
  const { PublicKey: der } = await client.send(new GetPublicKeyCommand({ KeyId: keyId }));
  if (der === undefined) throw new Error(`KMS answered no public key for ${keyId}`);
  const publicKey = createPublicKey({ key: Buffer.from(der), format: "der", type: "spki" });
  return { keyId, publicJwk: publicKey.export({ format: "jwk" }) };
}
