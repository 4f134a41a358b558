import { createHash, createPublicKey, type KeyObject } from "node:crypto";
import { ApiError } from "./error.ts";

/** IAM takes RSA keys of this many bits or more, as `ssh-rsa ...` or as PEM. */
const LEAST_BITS = 2048;

export interface ParsedSshKey {
  readonly key: KeyObject;
  /** The wire form of RFC 4253, 6.6: what `ssh-rsa` is followed by in base64. */
  readonly blob: Buffer;
  /** Pairs of hexadecimal digits with colons between. */
  readonly fingerprint: string;
}

/** @throws {ApiError} `UnrecognizedPublicKeyEncoding`, `InvalidPublicKey` */
export function parseSshKey(body: string): ParsedSshKey {
  const key = body.trimStart().startsWith("ssh-") ? fromSsh(body.trim()) : fromPem(body);
  const { asymmetricKeyType, asymmetricKeyDetails } = key;
  if (asymmetricKeyType !== "rsa" || (asymmetricKeyDetails?.modulusLength ?? 0) < LEAST_BITS) {
    throw invalid(`The public key must be an RSA key of at least ${LEAST_BITS} bits.`);
  }
  const blob = toBlob(key);
  const digest = createHash("md5").update(blob).digest("hex");
  return { key, blob, fingerprint: digest.match(/../g)?.join(":") ?? "" };
}

/** The key in the encoding that is asked for. */
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
  for (let place = 0; place + 4 <= blob.length; ) {
    const length = blob.readUInt32BE(place);
    fields.push(withoutSign(blob.subarray(place + 4, place + 4 + length)));
    place += 4 + length;
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

// The wire form's numbers are signed: a leading zero keeps them positive, and a JWK has none.
const withSign = (number: Buffer): Buffer =>
  (number[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), number]) : number;
const withoutSign = (field: Buffer): Buffer => (field[0] === 0 ? field.subarray(1) : field);

const invalid = (message: string) => new ApiError("InvalidPublicKey", message);
