import { createHash, createHmac, type Hash, type Hmac } from "node:crypto";
import { SignatureV4 } from "@smithy/signature-v4";
import type { Credentials } from "./credentials.ts";

/** A request to a protected API, before its signature. */
export interface UnsignedCall {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** SHA-256 of the body in hexadecimal. */
  readonly sha256: string;
  readonly region: string;
}

/** The headers and the target of the signed request. */
export interface SignedCall {
  readonly headers: Readonly<Record<string, string>>;
  readonly target: string;
}

/** Signs for `execute-api`, as protected APIs want it. */
export async function signCall(
  { method, url, headers, sha256, region }: UnsignedCall,
  credentials: Credentials,
): Promise<SignedCall> {
  const { sessionToken, ...key } = credentials;
  const signer = new SignatureV4({
    service: "execute-api",
    region,
    credentials: sessionToken === undefined ? key : { ...key, sessionToken },
    sha256: Sha256,
  });
  const names = [...new Set(url.searchParams.keys())];
  const query = Object.fromEntries(names.map((name) => [name, url.searchParams.getAll(name)]));
  const signed = await signer.sign({
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    ...(url.port === "" ? {} : { port: Number(url.port) }),
    path: url.pathname,
    query,
    headers: { ...headers, host: url.host, "x-amz-content-sha256": sha256 },
  });
  const pairs = names.flatMap((name) =>
    url.searchParams.getAll(name).map((value) => `${escaped(name)}=${escaped(value)}`),
  );
  const target = `${url.pathname}${pairs.length === 0 ? "" : `?${pairs.join("&")}`}`;
  return { headers: signed.headers, target };
}

/** RFC 3986: all but the unreserved characters. */
const escaped = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

type Data = string | ArrayBuffer | ArrayBufferView;

/** The hash that the signer takes. */
class Sha256 {
  readonly #hash: Hash | Hmac;
  constructor(secret?: Data) {
    this.#hash =
      secret === undefined ? createHash("sha256") : createHmac("sha256", bytesOf(secret));
  }
  update(data: Data): void {
    this.#hash.update(bytesOf(data));
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
  reset(): void {}
}

function bytesOf(data: Data): Uint8Array {
  if (typeof data === "string") return Buffer.from(data);
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}
