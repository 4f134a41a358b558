import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign as signBytes,
} from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { JWK } from "jose";

const ALGORITHM = "ES256";

/** Longer than any clock skew on one machine, and shorter than anyone could make use of. */
const LIFETIME_SECONDS = 60;

/** Signs who the caller of one request is, for the server behind the proxy. */
export interface CallerSigner {
  /** The JSON Web Key Set (RFC 7517) that verifies the tokens. */
  readonly keys: { readonly keys: readonly JWK[] };
  /** @returns a JWT that holds for this request for a minute */
  sign(claims: CallerClaims, now: Date): string;
}

export interface CallerClaims {
  /** The proxy's URL. */
  readonly issuer: string;
  /** The API's id. */
  readonly audience: string;
  /** The caller's ARN. */
  readonly subject: string;
  /** The decision's id: one request has one token. */
  readonly id: string;
  readonly method: string;
  /** The path and query as the server gets them. */
  readonly target: string;
  readonly context: Readonly<Record<string, string>>;
}

/**
 * A signer with the key of a data directory, made at first use, so that servers may cache the key
 * set. Without a directory the key is new with each start.
 */
export function callerSigner(directory: string | undefined): CallerSigner {
  const key = createPrivateKey(
    directory === undefined ? newKey() : keptKey(join(directory, "proxy-key.pem")),
  );
  const { kty, crv, x, y } = createPublicKey(key).export({ format: "jwk" });
  // The thumbprint of RFC 7638: the required members in this order.
  const kid = createHash("sha256").update(JSON.stringify({ crv, kty, x, y })).digest("base64url");
  const common = { alg: ALGORITHM, use: "sig", kid };
  const header = base64Url({ alg: ALGORITHM, kid, typ: "JWT" });
  return {
    keys: { keys: [{ ...common, kty, crv, x, y } as JWK] },
    sign({ issuer, audience, subject, id, method, target, context }, now) {
      const iat = Math.floor(now.getTime() / 1000);
      const claims = { method, target, context, iss: issuer, aud: audience, sub: subject, jti: id };
      const payload = base64Url({ ...claims, iat, exp: iat + LIFETIME_SECONDS });
      const signed = `${header}.${payload}`;
      // Not by jose: a third of the processor's time, of which each request takes some. JWS has
      // the signature in the form of IEEE P1363 (RFC 7518, 3.4).
      const signature = signBytes("sha256", Buffer.from(signed), {
        key,
        dsaEncoding: "ieee-p1363",
      });
      return `${signed}.${signature.toString("base64url")}`;
    },
  };
}

const base64Url = (part: object): string => Buffer.from(JSON.stringify(part)).toString("base64url");

function keptKey(file: string): string {
  if (existsSync(file)) return readFileSync(file, "utf8");
  const pem = newKey();
  writeFileSync(file, pem, { mode: 0o600 });
  return pem;
}

function newKey(): string {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return String(privateKey.export({ type: "pkcs8", format: "pem" }));
}
