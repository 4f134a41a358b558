import { createHash, createHmac } from "node:crypto";
import { signingKey } from "@portcullis/protocol/sigv4";

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

/** The headers of a call, signed with Signature Version 4 (IAM UG/create-signed-request). */
export function signCall(
  { url, target, body, region, service }: CallToSign,
  { accessKeyId, secretAccessKey, sessionToken }: ClientCredentials,
  now: Date,
): Record<string, string> {
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
  const canonical = `POST\n${url.pathname}\n\n${lines}\n${names}\n${sha256(body)}`;
  const scope = `${day}/${region}/${service}/aws4_request`;
  const signature = createHmac("sha256", signingKey(secretAccessKey, day, region, service))
    .update(`AWS4-HMAC-SHA256\n${date}\n${scope}\n${sha256(canonical)}`)
    .digest("hex");
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
  return { ...Object.fromEntries(headers), authorization };
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
