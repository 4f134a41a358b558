import { Malformed } from "./malformed.ts";

/**
 * The largest request that is decoded: the largest payload of a Lambda function
 * (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html).
 */
export const MAX_REQUEST_BYTES = 6 * 1024 * 1024;

/**
 * The largest JSON that is parsed: several policies of the largest size. `JSON.parse` of one
 * megabyte of short members takes a tenth of a second, and nothing else can run meanwhile.
 */
export const MAX_JSON_BYTES = 512 * 1024;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * @param maxBytes the limit of the body's format
 * @throws {Malformed} if the body is too long or not UTF-8
 */
export function textOf(body: string | Uint8Array, maxBytes = MAX_REQUEST_BYTES): string {
  const bytes = typeof body === "string" ? Buffer.byteLength(body) : body.byteLength;
  if (bytes > maxBytes) {
    throw new Malformed(
      "RequestEntityTooLarge",
      `request body is longer than ${maxBytes} bytes`,
      413,
    );
  }
  if (typeof body === "string") return body;
  try {
    return utf8.decode(body);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new Malformed("MalformedInput", "request body is not UTF-8");
  }
}
