import { generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";

/**
 * A self-signed certificate and its private key, both PEM. Node makes none, so this writes the few
 * fields of RFC 5280 that it takes.
 */
export function makeCertificate(commonName: string): {
  readonly certificate: string;
  readonly privateKey: string;
} {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const name = sequence(set(sequence(COMMON_NAME, der(0x0c, Buffer.from(commonName)))));
  const validity = sequence(
    der(0x17, Buffer.from("200101000000Z")),
    der(0x17, Buffer.from("491231235959Z")),
  );
  const serial = der(0x02, Buffer.concat([Buffer.of(1), randomBytes(8)]));
  const toBeSigned = sequence(
    der(0xa0, der(0x02, Buffer.of(2))),
    serial,
    ECDSA_WITH_SHA256,
    name,
    validity,
    name,
    publicKey.export({ type: "spki", format: "der" }),
  );
  const signature = der(
    0x03,
    Buffer.concat([Buffer.of(0), sign("sha256", toBeSigned, privateKey)]),
  );
  return {
    certificate: pem(sequence(toBeSigned, ECDSA_WITH_SHA256, signature)),
    privateKey: exportKey(privateKey),
  };
}

const exportKey = (key: KeyObject): string =>
  key.export({ type: "pkcs8", format: "pem" }).toString();

function pem(bytes: Buffer): string {
  const lines = bytes.toString("base64").match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}

function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size =
    length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.of(tag, ...size), content]);
}

const sequence = (...parts: readonly Buffer[]): Buffer => der(0x30, Buffer.concat(parts));
const set = (...parts: readonly Buffer[]): Buffer => der(0x31, Buffer.concat(parts));

/** 2.5.4.3 */
const COMMON_NAME = Buffer.from("0603550403", "hex");
/** 1.2.840.10045.4.3.2 */
const ECDSA_WITH_SHA256 = sequence(Buffer.from("06082a8648ce3d040302", "hex"));
