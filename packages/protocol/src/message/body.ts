import { Malformed } from "./malformed.ts";

/**
 * The largest request that is decoded: the largest payload of a Lambda function
 * (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html).
 */
export const MAX_REQUEST_BYTES = 6 * 1024 * 1024;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** @throws {Malformed} if the body is too long or not UTF-8 */
export function textOf(body: string | Uint8Array): string {
  const bytes = typeof body === "string" ? Buffer.byteLength(body) : body.byteLength;
  if (bytes > MAX_REQUEST_BYTES) {
    throw new Malformed(
      "RequestEntityTooLarge",
      `request body is longer than ${MAX_REQUEST_BYTES} bytes`,
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
