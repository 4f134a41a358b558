import { createHash, createPublicKey } from "node:crypto";
import { GetPublicKeyCommand, type KMSClient, SignCommand } from "@aws-sdk/client-kms";
import type { RemoteKey, RemoteSigner } from "@portcullis/iam/federation/signing-keys";
import type { TokenAlgorithm } from "@portcullis/iam/record/signing-keys";

/** What KMS calls our algorithms (KMS developer guide, "Key spec reference"): ECC_NIST_P384 and RSA_2048 keys for SIGN_VERIFY. */
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

export async function kmsKey(client: KMSClient, keyId: string): Promise<RemoteKey> {
  const { PublicKey: der } = await client.send(new GetPublicKeyCommand({ KeyId: keyId }));
  if (der === undefined) throw new Error(`KMS answered no public key for ${keyId}`);
  const publicKey = createPublicKey({ key: Buffer.from(der), format: "der", type: "spki" });
  return { keyId, publicJwk: publicKey.export({ format: "jwk" }) };
}

/** KMS writes ECDSA signatures in DER, JWS r and s in a row, each of the curve's length (RFC 7518, 3.4). */
export function joseSignature(der: Uint8Array, integerBytes: number): Uint8Array {
  const bytes = Buffer.from(der);
  // SEQUENCE { INTEGER r, INTEGER s }; these curves' signatures are shorter than 128 bytes, so lengths are single bytes.
  const [r, behind] = integerAt(bytes, 2);
  const [s] = integerAt(bytes, behind);
  return Buffer.concat([r, s].map((integer) => fixedLength(integer, integerBytes)));
}

function integerAt(bytes: Buffer, at: number): readonly [integer: Buffer, behind: number] {
  const length = bytes[at + 1];
  if (
    bytes[0] !== 0x30 ||
    bytes[at] !== 0x02 ||
    length === undefined ||
    at + 2 + length > bytes.length
  ) {
    throw new Error("KMS answered a signature that is no DER");
  }
  return [bytes.subarray(at + 2, at + 2 + length), at + 2 + length];
}

function fixedLength(integer: Buffer, length: number): Buffer {
  // DER puts a zero before what would read as negative, and leaves others out.
  const digits = integer.subarray(Math.max(0, integer.length - length));
  return Buffer.concat([Buffer.alloc(length - digits.length), digits]);
}
