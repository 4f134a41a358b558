import { createHash, createPublicKey, type KeyObject } from "node:crypto";
import { ApiError } from "./error.ts";

/** The minimum size of an RSA key in bits. */
const MIN_BITS = 2048;

/** An RSA public key of a user. */
export interface ParsedSshKey {
  readonly key: KeyObject;
  /** The wire format of RFC 4253, 6.6, which follows `ssh-rsa` in base64. */
  readonly blob: Buffer;
  /** Hexadecimal digits in pairs, separated by colons. */
  readonly fingerprint: string;
}

/**
 * Parses an SSH public key in either encoding, `ssh-rsa ...` or PEM.
 * @throws {ApiError} `UnrecognizedPublicKeyEncoding`, `InvalidPublicKey`
 */
export function parseSshKey(body: string): ParsedSshKey {
  const key = body.trimStart().startsWith("ssh-") ? fromSsh(body.trim()) : fromPem(body);
  const { asymmetricKeyType, asymmetricKeyDetails } = key;
  if (asymmetricKeyType !== "rsa" || (asymmetricKeyDetails?.modulusLength ?? 0) < MIN_BITS) {
    throw invalid(`The public key must be an RSA key of at least ${MIN_BITS} bits.`);
  }
  const blob = toBlob(key);
  const digest = createHash("md5").update(blob).digest("hex");
  return { key, blob, fingerprint: digest.match(/../g)?.join(":") ?? "" };
}

/** The key as PEM if `encoding` is `PEM`, otherwise as `ssh-rsa ...`. */
export function encodeSshKey({ key, blob }: ParsedSshKey, encoding: string | undefined): string {
  if (encoding === "PEM") return key.export({ type: "spki", format: "pem" }).toString();
  return `ssh-rsa ${blob.toString("base64")}`;
}

function fromPem(body: string): KeyObject {
  if (!body.includes("-----BEGIN ")) {
    throw new ApiError(
      "UnrecognizedPublicKeyEncoding",
      "The public key encoding format is unsupported or unrecognized.",
    );
  }
  if (body.includes("PRIVATE KEY-----"))
    throw invalid("The key is a private key; a public one is needed.");
  try {
    return createPublicKey(body);
  } catch {
    throw invalid("The public key is malformed or otherwise invalid.");
  }
}

function fromSsh(body: string): KeyObject {
  const [type, encoded = ""] = body.split(/\s+/);
  const [name, exponent, modulus] = readFields(Buffer.from(encoded, "base64"));
  if (
    type !== "ssh-rsa" ||
    name?.toString() !== "ssh-rsa" ||
    exponent === undefined ||
    modulus === undefined
  ) {
    throw invalid("The public key is malformed or otherwise invalid.");
  }
  try {
    const jwk = { kty: "RSA", e: exponent.toString("base64url"), n: modulus.toString("base64url") };
    return createPublicKey({ key: jwk, format: "jwk" });
  } catch {
    throw invalid("The public key is malformed or otherwise invalid.");
  }
}

function readFields(blob: Buffer): readonly Buffer[] {
  const fields: Buffer[] = [];
  for (let offset = 0; offset + 4 <= blob.length; ) {
    const length = blob.readUInt32BE(offset);
    fields.push(withoutSign(blob.subarray(offset + 4, offset + 4 + length)));
    offset += 4 + length;
  }
  return fields;
}

function toBlob(key: KeyObject): Buffer {
  const { e = "", n = "" } = key.export({ format: "jwk" });
  const fields = [
    Buffer.from("ssh-rsa"),
    withSign(Buffer.from(e, "base64url")),
    withSign(Buffer.from(n, "base64url")),
  ];
  return Buffer.concat(
    fields.flatMap((field) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(field.length);
      return [length, field];
    }),
  );
}

// Integers of the wire format are signed: a leading zero keeps them positive. A JWK's are unsigned.
const withSign = (number: Buffer): Buffer =>
  (number[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), number]) : number;
const withoutSign = (field: Buffer): Buffer => (field[0] === 0 ? field.subarray(1) : field);

const invalid = (message: string) => new ApiError("InvalidPublicKey", message);
