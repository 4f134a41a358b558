import type { Credentials } from "../session/session.ts";
import { controlApi } from "./control-api.ts";

/** An error as the SDK's clients throw it, so that it is described like theirs. */
class ServiceError extends Error {
  readonly $metadata: { readonly httpStatusCode: number; readonly requestId?: string | undefined };
  constructor(name: string, message: string, status: number, requestId: string | undefined) {
    super(message);
    this.name = name;
    this.$metadata = { httpStatusCode: status, requestId };
  }
}

/** The control API takes any region. */
const REGION = "us-east-1";
const SERVICE = "portcullis";

/**
 * A call of the installation's own service, which no client of AWS's has: JSON 1.1, signed with
 * Signature Version 4.
 * @throws {ServiceError} as the service answers it
 */
export async function callPortcullis<Output>(
  credentials: Credentials,
  operation: string,
  input: object,
): Promise<Output> {
  const url = new URL(`${controlApi()}/${SERVICE}`);
  const body = JSON.stringify(input);
  const response = await fetch(url, {
    method: "POST",
    headers: await signed(url, `Portcullis.${operation}`, body, credentials),
    body,
    credentials: "omit",
    cache: "no-store",
  });
  const text = await response.text();
  if (response.ok) return JSON.parse(text);
  const { name, message } = errorIn(text);
  const requestId = response.headers.get("x-amzn-requestid") ?? undefined;
  throw new ServiceError(name, message, response.status, requestId);
}

function errorIn(text: string): { readonly name: string; readonly message: string } {
  try {
    const { __type = "", Message, message = Message } = JSON.parse(text);
    return { name: String(__type).split("#").at(-1) || "Error", message: String(message ?? "") };
  } catch (error) {
    if (error instanceof SyntaxError) return { name: "Error", message: "" };
    throw error;
  }
}

/** IAM UG/create-signed-request. The browser itself adds `host`. */
async function signed(
  url: URL,
  target: string,
  body: string,
  { accessKeyId, secretAccessKey, sessionToken }: Credentials,
): Promise<Record<string, string>> {
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
  const day = date.slice(0, 8);
  const own = {
    "content-type": "application/x-amz-json-1.1",
    "x-amz-date": date,
    "x-amz-security-token": sessionToken,
    "x-amz-target": target,
  };
  const headers = Object.entries({ ...own, host: url.host }).sort(([one], [other]) =>
    one < other ? -1 : 1,
  );
  const names = headers.map(([name]) => name).join(";");
  const lines = headers.map(([name, value]) => `${name}:${value}\n`).join("");
  const canonical = `POST\n${url.pathname}\n\n${lines}\n${names}\n${hex(await sha256(body))}`;
  const scope = `${day}/${REGION}/${SERVICE}/aws4_request`;
  const text = `AWS4-HMAC-SHA256\n${date}\n${scope}\n${hex(await sha256(canonical))}`;
  let key: BufferSource = encode(`AWS4${secretAccessKey}`);
  for (const part of [day, REGION, SERVICE, "aws4_request"]) key = await hmac(key, part);
  const signature = hex(await hmac(key, text));
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
  return { ...own, authorization };
}

const encode = (text: string) => new TextEncoder().encode(text);

const sha256 = (text: string): Promise<ArrayBuffer> =>
  crypto.subtle.digest("SHA-256", encode(text));

async function hmac(secret: BufferSource, text: string): Promise<ArrayBuffer> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", secret, algorithm, false, ["sign"]);
  return crypto.subtle.sign("HMAC", key, encode(text));
}

const hex = (bytes: ArrayBuffer): string =>
  Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
