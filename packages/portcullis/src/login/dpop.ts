import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomUUID,
  sign,
} from "node:crypto";

/** A new private key of the application, in the form that AWS's SDKs keep it in (RFC 5915). */
export const newDpopKey = (): string =>
  generateKeyPairSync("ec", {
    namedCurve: "P-256",
    privateKeyEncoding: { type: "sec1", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  }).privateKey;

/** A proof that the application has its key, for one request (RFC 9449, 4.2). */
export function dpopProof(key: string, url: string, now: Date): string {
  const privateKey = createPrivateKey(key);
  const { kty, crv, x, y } = createPublicKey(privateKey).export({ format: "jwk" });
  const parts = [
    { typ: "dpop+jwt", alg: "ES256", jwk: { kty, crv, x, y } },
    { jti: randomUUID(), htm: "POST", htu: url, iat: Math.floor(now.getTime() / 1000) },
  ];
  const text = parts
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  const signature = sign("sha256", Buffer.from(text), {
    key: privateKey,
    dsaEncoding: "ieee-p1363",
  });
  return `${text}.${signature.toString("base64url")}`;
}
