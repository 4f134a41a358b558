import {
  constants,
  generateKeyPairSync,
  type KeyObject,
  privateEncrypt,
  sign,
  verify,
} from "node:crypto";
import { GetPublicKeyCommand, KMSClient, SignCommand } from "@aws-sdk/client-kms";
import { mockClient } from "aws-sdk-client-mock";
import { afterEach, describe, expect, it } from "vitest";
import { joseSignature } from "../../packages/functions/src/installation/jose-signature.ts";
import { kmsKey, kmsSigner } from "../../packages/functions/src/installation/kms-signer.ts";

const ec = generateKeyPairSync("ec", { namedCurve: "P-384" });
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const message = Buffer.from("header.payload");

/** RSASSA-PKCS1-v1_5 of a SHA-256 digest, as KMS makes it of `MessageType: DIGEST`. */
const signDigest = (key: KeyObject, digest: Uint8Array) =>
  privateEncrypt(
    { key, padding: constants.RSA_PKCS1_PADDING },
    Buffer.concat([Buffer.from("3031300d060960864801650304020105000420", "hex"), digest]),
  );

describe("signing with KMS", () => {
  const mocked = () => mockClient(KMSClient);
  let kms: ReturnType<typeof mocked> | undefined;
  // Other files of this process have clients of the same class.
  afterEach(() => kms?.restore());

  it("answers what a JWT needs: RSA's signature as it is, ECDSA's as r and s", async () => {
    kms = mocked();
    kms.on(SignCommand).callsFake(async ({ KeyId, SigningAlgorithm, MessageType, Message }) => {
      expect(MessageType).toBe("DIGEST");
      expect(Message).toHaveLength(KeyId === "rsa" ? 32 : 48);
      if (KeyId === "rsa") {
        expect(SigningAlgorithm).toBe("RSASSA_PKCS1_V1_5_SHA_256");
        return { Signature: signDigest(rsa.privateKey, Message) };
      }
      expect(SigningAlgorithm).toBe("ECDSA_SHA_384");
      return { Signature: sign("sha384", message, ec.privateKey) };
    });
    const signer = kmsSigner(new KMSClient({}));
    expect(verify("sha256", message, rsa.publicKey, await signer("rsa", "RS256", message))).toBe(
      true,
    );
    const signature = await signer("ec", "ES384", message);
    expect(signature).toHaveLength(96);
    expect(
      verify("sha384", message, { key: ec.publicKey, dsaEncoding: "ieee-p1363" }, signature),
    ).toBe(true);
  });

  it("publishes the key that KMS holds", async () => {
    kms = mocked();
    kms
      .on(GetPublicKeyCommand)
      .resolves({ PublicKey: ec.publicKey.export({ format: "der", type: "spki" }) });
    expect(await kmsKey(new KMSClient({}), "ec")).toEqual({
      keyId: "ec",
      publicJwk: ec.publicKey.export({ format: "jwk" }),
    });
  });

  it("reads every length that DER has for r and s, and nothing that is no DER", () => {
    for (let round = 0; round < 300; round++) {
      const raw = joseSignature(sign("sha384", message, ec.privateKey), 48);
      expect(verify("sha384", message, { key: ec.publicKey, dsaEncoding: "ieee-p1363" }, raw)).toBe(
        true,
      );
    }
    const short = Buffer.from("3006020101020102", "hex");
    expect(Buffer.from(joseSignature(short, 2)).toString("hex")).toBe("00010002");
    for (const bad of ["", "3006", "3106020101020102", "3006020101030102", "30060201010209"]) {
      expect(() => joseSignature(Buffer.from(bad, "hex"), 48), bad).toThrow("no DER");
    }
  });
});
