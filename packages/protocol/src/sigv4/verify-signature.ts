import { createHmac, hash, timingSafeEqual } from "node:crypto";
import { canonicalRequest } from "./canonical-request.ts";
import {
  type Credential,
  incomplete,
  mismatch,
  type SignatureRefusal,
  type SignedRequest,
} from "./signed-request.ts";
import { signingKey } from "./signing-key.ts";

export interface VerifyOptions {
  readonly nowMilliseconds: number;
  /** How far the signer's clock may be off. AWS: 900 for its control APIs, 300 for API Gateway. */
  readonly maxSkewSeconds: number;
  /** The accepted services of the credential scope. Refusals name the first. */
  readonly services: readonly string[];
  /**
   * The required region of the scope. Any if absent: IAM and STS are global, and clients differ.
   */
  readonly region?: string;
  readonly payload: Payload;
}

/**
 * What is known of the body.
 * - `body`: its bytes. Their hash must equal `x-amz-content-sha256` if that is present.
 * - `declared`: nothing, as in a gateway's authorizer. The declared hash is used, and the function
 *   that has the body must compare its hash with the result's `payloadHash`. A request that
 *   announces a body must declare its hash.
 *
 * `UNSIGNED-PAYLOAD` is accepted only with `allowUnsigned`, `STREAMING-...` never.
 */
export type Payload =
  | { readonly kind: "body"; readonly bytes: string | Uint8Array; readonly allowUnsigned?: boolean }
  | { readonly kind: "declared"; readonly allowUnsigned?: boolean };

export type Verified =
  | {
      readonly ok: true;
      /** SHA-256 of the signed body in hexadecimal, or `UNSIGNED-PAYLOAD`. */
      readonly payloadHash: string;
    }
  | SignatureRefusal;

export const UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD";
/** SHA-256 of an empty body. */
export const EMPTY_PAYLOAD_HASH =
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/**
 * Verifies that the request, exactly as received, was signed with the secret for one of the
 * services and for this time. Scope and time are checked before the secret is used; signatures are
 * compared in constant time.
 */
export function verifySignature(
  request: SignedRequest,
  credential: Credential,
  secretAccessKey: string,
  options: VerifyOptions,
): Verified {
  const refused = wrongScope(credential, options) ?? wrongTime(credential, options);
  if (refused !== undefined) return refused;
  const payload = payloadHash(request, credential, options.payload);
  if (!payload.ok) return payload;
  const canonical = canonicalRequest(request, credential.signedHeaders, payload.payloadHash);
  if (canonical !== undefined && signs(credential, secretAccessKey, canonical)) return payload;
  return mismatch(DOES_NOT_MATCH);
}

function signs(
  { amzDate, date, region, service, signature }: Credential,
  secretAccessKey: string,
  canonical: string,
): boolean {
  const scope = `${date}/${region}/${service}/aws4_request`;
  const toSign = `AWS4-HMAC-SHA256\n${amzDate}\n${scope}\n${hash("sha256", canonical)}`;
  const key = signingKey(secretAccessKey, date, region, service);
  const expected = Buffer.from(createHmac("sha256", key).update(toSign).digest("hex"));
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

const DOES_NOT_MATCH =
  "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";

function wrongScope(
  { date, region, service, amzDate }: Credential,
  options: VerifyOptions,
): SignatureRefusal | undefined {
  const faults: string[] = [];
  if (options.region !== undefined && region !== options.region) {
    faults.push(`Credential should be scoped to a valid region, not '${region}'.`);
  }
  if (!options.services.includes(service)) {
    faults.push(`Credential should be scoped to correct service: '${options.services[0]}'.`);
  }
  const day = amzDate.slice(0, 8);
  if (date !== day) {
    faults.push(
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${date}' != '${day}', from '${amzDate}'.`,
    );
  }
  return faults.length === 0 ? undefined : mismatch(faults.join(" "));
}

function wrongTime(
  { amzDate, presigned }: Credential,
  options: VerifyOptions,
): SignatureRefusal | undefined {
  const { nowMilliseconds: now, maxSkewSeconds } = options;
  const signed = millisecondsOf(amzDate);
  if (Number.isNaN(signed)) {
    return incomplete(
      `Date must be in ISO-8601 'basic format'. Got '${amzDate}'. See http://en.wikipedia.org/wiki/ISO_8601`,
    );
  }
  const latest = now + maxSkewSeconds * 1000;
  if (signed > latest) {
    return mismatch(
      `Signature not yet current: ${amzDate} is still later than ${basic(latest)} (${basic(now)} + ${span(maxSkewSeconds)})`,
    );
  }
  const lifetimeSeconds = presigned?.expiresSeconds ?? maxSkewSeconds;
  const earliest = now - lifetimeSeconds * 1000;
  if (signed < earliest) {
    return mismatch(
      `Signature expired: ${amzDate} is now earlier than ${basic(earliest)} (${basic(now)} - ${span(lifetimeSeconds)})`,
    );
  }
  return undefined;
}

// Of `20150830T123600Z`, whose form `readCredential` checked. NaN for an impossible day or hour.
function millisecondsOf(amzDate: string): number {
  const part = (from: number, to: number) => Number(amzDate.slice(from, to));
  const [month, day, hour] = [part(4, 6), part(6, 8), part(9, 11)];
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23) return Number.NaN;
  return Date.UTC(part(0, 4), month - 1, day, hour, part(11, 13), part(13, 15));
}

const basic = (milliseconds: number) =>
  `${new Date(milliseconds).toISOString().slice(0, 19).replace(/[-:]/g, "")}Z`;
const span = (seconds: number) => (seconds % 60 === 0 ? `${seconds / 60} min.` : `${seconds} sec.`);

function payloadHash(
  request: SignedRequest,
  { contentSha256 }: Credential,
  payload: Payload,
): Verified {
  if (contentSha256 === UNSIGNED_PAYLOAD) {
    if (payload.allowUnsigned === true) return { ok: true, payloadHash: UNSIGNED_PAYLOAD };
    return incomplete(
      "`UNSIGNED-PAYLOAD` is not accepted here: `x-amz-content-sha256` must be the body's SHA-256",
    );
  }
  if (contentSha256 !== undefined && !/^[0-9a-f]{64}$/.test(contentSha256)) {
    return incomplete(
      "`x-amz-content-sha256` must be the body's SHA-256 in lower-case hexadecimal",
    );
  }
  if (payload.kind === "body") {
    const actual = hash("sha256", payload.bytes);
    if (contentSha256 === undefined || contentSha256 === actual)
      return { ok: true, payloadHash: actual };
    return mismatch("The provided 'x-amz-content-sha256' header does not match what was computed.");
  }
  if (contentSha256 === undefined && hasBody(request)) {
    return incomplete(
      "a request with a body must be signed with the header `x-amz-content-sha256`",
    );
  }
  return { ok: true, payloadHash: contentSha256 ?? EMPTY_PAYLOAD_HASH };
}

// HTTP/2 needs neither header for a body, so this only makes for a clear refusal. The protection is
// that the function behind compares hashes.
function hasBody(request: SignedRequest): boolean {
  return request.headers.some(([name, value]) => {
    const lower = name.toLowerCase();
    return (lower === "content-length" && value.trim() !== "0") || lower === "transfer-encoding";
  });
}
