import {
  readCredential,
  type SignedRequest,
  type VerifyOptions,
  verifySignature,
} from "@portcullis/protocol/sigv4";
import { NOW, SECRET } from "../support/sign.ts";

/** The options of a protected API. */
export const options: VerifyOptions = {
  nowMilliseconds: NOW,
  maxSkewSeconds: 300,
  services: ["execute-api"],
  region: "us-east-1",
  payload: { kind: "declared" },
};

/** `verified`, or code and message of the refusal. */
export function outcome(request: SignedRequest, changed: Partial<VerifyOptions> = {}): string {
  const read = readCredential(request);
  if (!read.ok) return `${read.code}: ${read.message}`;
  const verified = verifySignature(request, read.credential, SECRET, { ...options, ...changed });
  return verified.ok ? "verified" : `${verified.code}: ${verified.message}`;
}

/** The request with more header lines. */
export const adding = (request: SignedRequest, ...headers: [string, string][]): SignedRequest => ({
  ...request,
  headers: [...request.headers, ...headers],
});

/** The request with another value of a header. */
export const replacing = (
  request: SignedRequest,
  name: string,
  value: (old: string) => string,
): SignedRequest => ({
  ...request,
  headers: request.headers.map(([key, old]) => [key, key === name ? value(old) : old]),
});
