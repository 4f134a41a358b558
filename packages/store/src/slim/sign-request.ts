import { createHmac, createSecretKey, hash, type KeyObject } from "node:crypto";

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** Returns the credentials of each call. It caches what takes time to get. */
export type CredentialSource = () => Credentials | Promise<Credentials>;

/** A `POST /` to an AWS service with a JSON protocol. */
export interface JsonRequest {
  readonly service: string;
  readonly region: string;
  readonly host: string;
  readonly contentType: string;
  /** `<service version>.<operation>` */
  readonly target: string;
  readonly body: string;
}

/**
 * The headers of a request, signed with AWS's Signature Version 4 (IAM UG/create-signed-request).
 * @param date the time of signing in basic format, such as `20260101T000000Z`
 */
export function signedHeaders(
  request: JsonRequest,
  credentials: Credentials,
  date: string,
): Record<string, string> {
  const { sessionToken } = credentials;
  // In the order of their names, as the canonical request lists them.
  const headers: [string, string][] = [
    ["content-type", request.contentType],
    ["host", request.host],
    ["x-amz-date", date],
    ...(sessionToken === undefined
      ? []
      : [["x-amz-security-token", sessionToken] satisfies [string, string]]),
    ["x-amz-target", request.target],
  ];
  const names = headers.map(([name]) => name).join(";");
  const lines = headers.map(([name, value]) => `${name}:${value}\n`).join("");
  const canonical = `POST\n/\n\n${lines}\n${names}\n${sha256(request.body)}`;
  const day = date.slice(0, 8);
  const scope = `${day}/${request.region}/${request.service}/aws4_request`;
  const signature = createHmac(
    "sha256",
    signingKey(credentials.secretAccessKey, day, request.region, request.service),
  )
    .update(`AWS4-HMAC-SHA256\n${date}\n${scope}\n${sha256(canonical)}`)
    .digest("hex");
  const authorization = `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
  return { ...Object.fromEntries(headers), authorization };
}

/** A time in ISO 8601 basic format, as signatures have it. */
export function basicDate(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/[-:]|\.\d+/g, "");
}

// A signing key holds for a day, so it is cached. One process has one set of credentials at a time,
// for one or two services.
const MAX_CACHED_KEYS = 8;
const signingKeys = new Map<string, KeyObject>();

function signingKey(secret: string, day: string, region: string, service: string): KeyObject {
  const name = `${secret}/${day}/${region}/${service}`;
  const cached = signingKeys.get(name);
  if (cached) return cached;
  let bytes = Buffer.from(`AWS4${secret}`);
  for (const part of [day, region, service, "aws4_request"])
    bytes = createHmac("sha256", bytes).update(part).digest();
  const key = createSecretKey(bytes);
  if (signingKeys.size >= MAX_CACHED_KEYS) signingKeys.clear();
  signingKeys.set(name, key);
  return key;
}

function sha256(text: string): string {
  return hash("sha256", text);
}
