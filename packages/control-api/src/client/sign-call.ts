export interface ClientCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** A `POST` of the JSON protocol. */
export interface CallToSign {
  readonly url: URL;
  readonly target: string;
  readonly body: string;
  readonly region: string;
  readonly service: string;
}

/**
 * The headers of a call, signed with Signature Version 4 (IAM UG/create-signed-request). `host` is
 * signed but not among them: `fetch` sends it, and a browser refuses to be given it.
 */
export async function signCall(
  { url, target, body, region, service }: CallToSign,
  { accessKeyId, secretAccessKey, sessionToken }: ClientCredentials,
  now: Date,
): Promise<Record<string, string>> {
  const date = now.toISOString().replace(/[-:]|\.\d+/g, "");
  const day = date.slice(0, 8);
  // In the order of their names, as the canonical request lists them.
  const headers: (readonly [string, string])[] = [
    ["content-type", "application/x-amz-json-1.1"],
    ["host", url.host],
    ["x-amz-date", date],
    ...(sessionToken === undefined ? [] : [["x-amz-security-token", sessionToken] as const]),
    ["x-amz-target", target],
  ];
  const names = headers.map(([name]) => name).join(";");
  const lines = headers.map(([name, value]) => `${name}:${value}\n`).join("");
  const canonical = `POST\n${url.pathname}\n\n${lines}\n${names}\n${await sha256(body)}`;
  const scope = `${day}/${region}/${service}/aws4_request`;
  const toSign = `AWS4-HMAC-SHA256\n${date}\n${scope}\n${await sha256(canonical)}`;
  let key = bytesOf(`AWS4${secretAccessKey}`);
  for (const part of [day, region, service, "aws4_request"]) key = await hmac(key, part);
  const signature = hex(await hmac(key, toSign));
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
  const sent = headers.filter(([name]) => name !== "host");
  return { ...Object.fromEntries(sent), authorization };
}

// Web Crypto, which browsers and Node both have.
type Bytes = Uint8Array<ArrayBuffer>;

const bytesOf = (text: string): Bytes => new TextEncoder().encode(text);

const sha256 = async (text: string): Promise<string> =>
  hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytesOf(text))));

async function hmac(key: Bytes, text: string): Promise<Bytes> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const imported = await crypto.subtle.importKey("raw", key, algorithm, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, bytesOf(text)));
}

const hex = (bytes: Bytes): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
