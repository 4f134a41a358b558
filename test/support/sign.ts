import { createHash, createHmac } from "node:crypto";
import type { SignedRequest } from "@portcullis/protocol/sigv4";

/**
 * A signer by AWS's description, which signs invalid requests too. It shares no code with the
 * verifier.
 */
export interface ToSign {
  readonly method?: string;
  readonly canonicalPath?: string;
  readonly canonicalQuery?: string;
  /** Signed headers with their canonical values. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly payloadHash?: string;
  readonly amzDate?: string;
  readonly scope?: string;
  readonly accessKeyId?: string;
}

export const SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
export const NOW = Date.parse("2024-05-06T07:08:09Z");
export const AMZ_DATE = "20240506T070809Z";
export const SCOPE = "20240506/us-east-1/execute-api/aws4_request";
export const EMPTY_HASH = sha256("");

export function signature(given: ToSign): { signature: string; signedHeaders: string } {
  const headers = Object.entries({ host: "h", ...given.headers }).sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
  const signedHeaders = headers.map(([name]) => name).join(";");
  const canonical = [
    given.method ?? "GET",
    given.canonicalPath ?? "/",
    given.canonicalQuery ?? "",
    ...headers.map(([name, value]) => `${name}:${value}`),
    "",
    signedHeaders,
    given.payloadHash ?? EMPTY_HASH,
  ].join("\n");
  const scope = given.scope ?? SCOPE;
  const toSign = ["AWS4-HMAC-SHA256", given.amzDate ?? AMZ_DATE, scope, sha256(canonical)].join(
    "\n",
  );
  const key = scope
    .split("/")
    .reduce<string | Buffer>((key, part) => hmac(key, part), `AWS4${SECRET}`);
  return { signature: hmac(key, toSign).toString("hex"), signedHeaders };
}

/** A request signed in its header, with x-amz-date signed and the other headers as given. */
export function signed(given: ToSign = {}): SignedRequest {
  const amzDate = given.amzDate ?? AMZ_DATE;
  const headers = { host: "h", "x-amz-date": amzDate, ...given.headers };
  const made = signature({ ...given, headers });
  return {
    method: given.method ?? "GET",
    rawPath: given.canonicalPath ?? "/",
    rawQuery: given.canonicalQuery ?? "",
    headers: [
      ...Object.entries(headers),
      [
        "authorization",
        `AWS4-HMAC-SHA256 Credential=${given.accessKeyId ?? "AKIDEXAMPLE"}/${given.scope ?? SCOPE}, SignedHeaders=${made.signedHeaders}, Signature=${made.signature}`,
      ],
    ],
  };
}

/**
 * A presigned request; `parameters` replaces or adds `X-Amz-*` parameters (by canonical order of
 * their names).
 */
export function presigned(
  parameters: Readonly<Record<string, string>> = {},
  given: ToSign = {},
): SignedRequest {
  const query: Record<string, string> = {
    "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
    "X-Amz-Credential": `AKIDEXAMPLE/${given.scope ?? SCOPE}`,
    "X-Amz-Date": given.amzDate ?? AMZ_DATE,
    "X-Amz-Expires": "600",
    "X-Amz-SignedHeaders": Object.keys({ host: "h", ...given.headers })
      .sort()
      .join(";"),
    ...parameters,
  };
  const canonicalQuery = Object.entries(query)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .sort()
    .join("&");
  const made = signature({ ...given, canonicalQuery });
  return {
    method: given.method ?? "GET",
    rawPath: given.canonicalPath ?? "/",
    rawQuery: `${canonicalQuery}&X-Amz-Signature=${made.signature}`,
    headers: Object.entries({ host: "h", ...given.headers }),
  };
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
