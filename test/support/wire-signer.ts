import { createHash, createHmac } from "node:crypto";
import type { TestCredentials } from "./harness.ts";

/**
 * Signs a request by the letter of AWS's description, its path as it is to be on the wire and never
 * tidied up (SDK signers do), and whatever else a test wants wrong. Shares no code with the
 * verifier.
 */
export interface WireRequest {
  readonly method?: string;
  /** As on the wire, without the query. */
  readonly path: string;
  readonly query?: readonly (readonly [name: string, value: string])[];
  /** Besides `host` and `x-amz-date`; all of them are signed. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly date?: Date;
  readonly region?: string;
  readonly service?: string;
  /** Headers that are sent and left out of the signature. */
  readonly unsigned?: readonly string[];
  /** Leave out `x-amz-content-sha256`, or declare this. */
  readonly contentSha256?: string | false;
}

export interface Signed {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: Record<string, string>;
}

export function signHeader(
  host: string,
  credentials: TestCredentials,
  request: WireRequest,
): Signed {
  const { amzDate, scope } = timeAndScope(request);
  const hash = sha256(request.body ?? "");
  const declared = request.contentSha256 ?? (request.body === undefined ? false : hash);
  const headers: Record<string, string> = {
    host,
    "x-amz-date": amzDate,
    ...(declared === false ? {} : { "x-amz-content-sha256": declared }),
    ...(credentials.sessionToken === undefined
      ? {}
      : { "x-amz-security-token": credentials.sessionToken }),
    ...request.headers,
  };
  const query = canonicalQuery(request.query ?? []);
  const { signature, names } = sign(
    credentials,
    scope,
    amzDate,
    request,
    headers,
    query,
    declared || hash,
  );
  return {
    method: request.method ?? "GET",
    target: query === "" ? request.path : `${request.path}?${query}`,
    headers: {
      ...headers,
      authorization: `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
    },
  };
}

/** A presigned request. `parameters` replace or, when undefined, remove those of the signature. */
export function presign(
  host: string,
  credentials: TestCredentials,
  request: WireRequest,
  parameters: Readonly<Record<string, string | undefined>> = {},
): Signed {
  const { amzDate, scope } = timeAndScope(request);
  const headers = { host, ...request.headers };
  const names = signedNames(headers, request.unsigned);
  const all: Record<string, string | undefined> = {
    "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
    "X-Amz-Credential": `${credentials.accessKeyId}/${scope}`,
    "X-Amz-Date": amzDate,
    "X-Amz-Expires": "300",
    "X-Amz-Security-Token": credentials.sessionToken,
    "X-Amz-SignedHeaders": names.join(";"),
    ...parameters,
  };
  const pairs = [...(request.query ?? []), ...Object.entries(all)].filter(
    (pair): pair is [string, string] => pair[1] !== undefined,
  );
  const query = canonicalQuery(pairs);
  const { signature } = sign(
    credentials,
    scope,
    amzDate,
    request,
    headers,
    query,
    sha256(request.body ?? ""),
  );
  return {
    method: request.method ?? "GET",
    target: `${request.path}?${query}&X-Amz-Signature=${signature}`,
    headers,
  };
}

export const amzDateOf = (date: Date): string => date.toISOString().replace(/[-:]|\.\d+/g, "");

function timeAndScope({
  date = new Date(),
  region = "us-east-1",
  service = "execute-api",
}: WireRequest) {
  const amzDate = amzDateOf(date);
  return { amzDate, scope: `${amzDate.slice(0, 8)}/${region}/${service}/aws4_request` };
}

function sign(
  { secretAccessKey }: TestCredentials,
  scope: string,
  amzDate: string,
  { method = "GET", path, unsigned }: WireRequest,
  headers: Readonly<Record<string, string>>,
  query: string,
  payloadHash: string,
) {
  const names = signedNames(headers, unsigned);
  const lines = names.map((name) => `${name}:${headers[name]?.trim()}\n`).join("");
  const canonicalPath = path.split("/").map(encode).join("/");
  const canonical = `${method}\n${canonicalPath}\n${query}\n${lines}\n${names.join(";")}\n${payloadHash}`;
  const toSign = `AWS4-HMAC-SHA256\n${amzDate}\n${scope}\n${sha256(canonical)}`;
  const key = scope
    .split("/")
    .reduce<string | Buffer>((parent, part) => hmac(parent, part), `AWS4${secretAccessKey}`);
  return { signature: hmac(key, toSign).toString("hex"), names: names.join(";") };
}

const signedNames = (headers: object, unsigned: readonly string[] = []) =>
  Object.keys(headers)
    .filter((name) => !unsigned.includes(name))
    .sort();

const canonicalQuery = (pairs: readonly (readonly [string, string])[]) =>
  pairs
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join("&");

const encode = (text: string) =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const hmac = (key: string | Buffer, text: string) =>
  createHmac("sha256", key).update(text).digest();
