import type { ContextValue } from "@portcullis/policy";
import {
  decodeJwt,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  jwtVerify,
} from "jose";
import {
  JOSEAlgNotAllowed,
  JOSEError,
  JWKSInvalid,
  JWKSMultipleMatchingKeys,
  JWKSNoMatchingKey,
  JWKSTimeout,
  JWSSignatureVerificationFailed,
  JWTClaimValidationFailed,
  JWTExpired,
} from "jose/errors";
import { ApiError } from "../error.ts";
import type { ProviderAssertion } from "../model/caller.ts";
import { type ProviderAccess, ProviderError } from "./provider-https.ts";
import { providerKeys } from "./provider-keys.ts";
import { stringsOf, tagsOfClaims } from "./provider-tags.ts";

/** A registered OIDC provider. */
export interface RegisteredIssuer {
  readonly arn: string;
  /** Without `https://`, as in its ARN and its condition keys. */
  readonly url: string;
  readonly clientIds: readonly string[];
  readonly thumbprints: readonly string[];
}

/** Asymmetric algorithms only, so that a public key can't be used as a shared secret. */
const ALGORITHMS = ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"];

/** A provider's clock may be ahead by this. Expiry has no tolerance. */
const CLOCK_TOLERANCE_SECONDS = 5;
const MAX_SUBJECT_LENGTH = 255;
/** The longest URL of a provider (IAM API/CreateOpenIDConnectProvider). */
const MAX_URL_LENGTH = 255;

const NOT_A_TOKEN =
  "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)";
const NO_KEY =
  "Couldn't retrieve verification key from your identity provider, please reference AssumeRoleWithWebIdentity documentation for requirements";

/** The issuer that a token names. Nothing is verified. */
export interface ClaimedIssuer {
  readonly iss: string;
  /** The URL under which the provider is registered. A trailing slash is significant. */
  readonly url: string;
}

/**
 * Reads the issuer of a token without verification.
 * @throws {ApiError} `InvalidIdentityToken`
 */
export function claimedIssuer(token: string): ClaimedIssuer {
  try {
    const { iss } = decodeJwt(token);
    if (typeof iss === "string" && iss.startsWith("https://") && iss.length <= MAX_URL_LENGTH)
      return { iss, url: iss.slice(8) };
  } catch (error) {
    if (!(error instanceof JOSEError)) throw error;
  }
  throw invalid(NOT_A_TOKEN);
}

/**
 * Verifies a token with the keys that its registered provider publishes. Keys and key URLs in the
 * token itself are ignored.
 * @throws {ApiError} `InvalidIdentityToken`, `ExpiredTokenException`, `IDPCommunicationError`
 */
export async function verifyWebIdentity(
  token: string,
  { arn, url, clientIds, thumbprints }: RegisteredIssuer,
  {
    now,
    sessionName,
    privateAddresses,
  }: { readonly now: Date; readonly sessionName: string } & Pick<
    ProviderAccess,
    "privateAddresses"
  >,
): Promise<ProviderAssertion> {
  const { iss, url: claimed } = claimedIssuer(token);
  if (claimed !== url) throw invalid("The token is another issuer's.");
  try {
    const keys = await providerKeys(iss, { thumbprints, privateAddresses });
    const payload = await verify(token, keys, {
      issuer: iss,
      algorithms: ALGORITHMS,
      currentDate: now,
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      requiredClaims: ["sub", "aud", "exp", "iat"],
    });
    const { iat = 0, exp = 0 } = payload;
    const sub = subjectOf(payload);
    const seconds = Math.floor(now.getTime() / 1000);
    if (exp <= seconds) throw expired(now, exp);
    if (iat > seconds + CLOCK_TOLERANCE_SECONDS)
      throw invalid("The token was issued in the future.");
    const audience = audienceOf(payload, clientIds);
    return {
      issuerArn: arn,
      issuer: iss,
      provider: url,
      subject: sub,
      audience,
      sessionName,
      ...tagsOfClaims(payload),
      contextKeys: contextKeys(url, payload, audience),
    };
  } catch (error) {
    throw toApiError(error, now);
  }
}

/** Verifies a token. A token without a key id is tried with each key that fits. */
async function verify(
  token: string,
  keys: JWTVerifyGetKey,
  options: JWTVerifyOptions,
): Promise<JWTPayload> {
  try {
    return (await jwtVerify(token, keys, options)).payload;
  } catch (error) {
    if (!(error instanceof JWKSMultipleMatchingKeys)) throw error;
    for await (const key of error) {
      try {
        return (await jwtVerify(token, key, options)).payload;
      } catch (failed) {
        if (!(failed instanceof JWSSignatureVerificationFailed)) throw failed;
      }
    }
    throw new JWSSignatureVerificationFailed();
  }
}

/** RFC 7519, 4.1.2, requires a string. AWS limits its length. */
function subjectOf({ sub }: Readonly<Record<string, unknown>>): string {
  if (typeof sub !== "string" || sub === "" || sub.length > MAX_SUBJECT_LENGTH)
    throw invalid("The token's subject is no string, is empty or is too long.");
  return sub;
}

/** The registered client that the token was issued to: `azp` if present, otherwise one of `aud`. */
function audienceOf({ aud, azp }: JWTPayload, clientIds: readonly string[]): string {
  if (azp !== undefined && typeof azp !== "string")
    throw invalid("The token's claim `azp` is missing or not valid.");
  const candidates = azp !== undefined ? [azp] : stringsOf(aud);
  const found = candidates.find((candidate) => clientIds.includes(candidate));
  if (found === undefined) throw invalid("Incorrect token audience");
  return found;
}

/** Claims with the same meaning for every provider, and those derived here. */
const STANDARD: ReadonlySet<string> = new Set(["amr", "aud", "azp", "iss", "jti", "oaud", "sub"]);

/**
 * The claims as condition keys of the role's trust policy (IAM
 * UG/reference_policies_iam-condition-keys, "Available keys for AWS OIDC federation"). `aud` is the
 * client, `oaud` the token's own audience.
 */
function contextKeys(
  url: string,
  payload: JWTPayload,
  audience: string,
): readonly (readonly [string, ContextValue])[] {
  const keys = new Map<string, ContextValue>();
  // Condition keys ignore case. If a provider lets users name claims, `SUB` must not count as
  // `sub`.
  const names = Object.keys(payload).map((name) => name.toLowerCase());
  if (new Set(names).size < names.length)
    throw invalid("Two claims of the token differ only by case.");
  for (const [name, value] of Object.entries(payload)) {
    if (name !== name.toLowerCase() && STANDARD.has(name.toLowerCase())) continue;
    if (typeof value === "string") keys.set(name, value);
    else if (typeof value === "number" || typeof value === "boolean") keys.set(name, String(value));
    else if (Array.isArray(value)) keys.set(name, stringsOf(value));
  }
  keys.set("oaud", stringsOf(payload.aud));
  keys.set("aud", audience);
  return [...keys].map(([name, value]) => [`${url}:${name}`, value]);
}

function toApiError(error: unknown, now: Date): unknown {
  if (error instanceof ProviderError) {
    if (error.reached) return invalid(NO_KEY);
    return new ApiError(
      "IDPCommunicationError",
      "The identity provider that has to verify the token could not be reached. Try again later.",
    );
  }
  if (error instanceof JWTExpired) return expired(now, error.payload.exp ?? 0);
  if (error instanceof JWTClaimValidationFailed)
    return invalid(`The token's claim \`${error.claim}\` is missing or not valid.`);
  if (error instanceof JOSEAlgNotAllowed)
    return invalid("The token's signing algorithm is not supported.");
  if (error instanceof JWSSignatureVerificationFailed)
    return invalid("The token's signature is not valid.");
  if (error instanceof JWKSNoMatchingKey || error instanceof JWKSMultipleMatchingKeys)
    return invalid(NO_KEY);
  if (error instanceof JWKSInvalid || error instanceof JWKSTimeout) return invalid(NO_KEY);
  if (error instanceof JOSEError) return invalid(NOT_A_TOKEN);
  return error;
}

const invalid = (message: string) => new ApiError("InvalidIdentityToken", message);

const expired = (now: Date, exp: number) =>
  new ApiError(
    "ExpiredTokenException",
    `Token expired: current date/time ${Math.floor(now.getTime() / 1000)} must be before the expiration date/time ${exp}`,
  );
