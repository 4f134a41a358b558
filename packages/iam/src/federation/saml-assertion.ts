import { createHash } from "node:crypto";
import { ApiError } from "../error.ts";
import type { ProviderAssertion } from "../model/caller.ts";
import { attributeKeys, attributesOf, awsAttributes } from "./saml-attributes.ts";
import { attribute, child, children, type SamlElement, text } from "./saml-element.ts";

/** A registered SAML provider. */
export interface RegisteredSamlProvider {
  readonly arn: string;
  readonly account: string;
  readonly name: string;
  /** Its `entityID`. */
  readonly issuer: string;
}

/** What an assertion is checked against. */
export interface SamlExpectations {
  readonly now: Date;
  /** The required audience. Undefined: AWS's sign-in. */
  readonly audience: string | undefined;
}

const AWS_AUDIENCES: ReadonlySet<string> = new Set([
  "https://signin.aws.amazon.com/saml",
  "urn:amazon:webservices",
]);
const AWS_RECIPIENT = /^https:\/\/(?:[a-z0-9-]+\.)?signin\.aws\.amazon\.com\/saml$/;

/** A provider's clock may be ahead by this. Expiry has no tolerance. */
const CLOCK_TOLERANCE_MILLISECONDS = 60_000;
const MAX_AGE_MILLISECONDS = 300_000;

/**
 * Checks a signed assertion by AWS's rules (IAM UG/id_roles_providers_create_saml_assertions) and
 * reads its content.
 * @throws {ApiError} `InvalidIdentityToken`, `ExpiredTokenException`
 */
export function checkAssertion(
  assertion: SamlElement,
  provider: RegisteredSamlProvider,
  { now, audience }: SamlExpectations,
): ProviderAssertion {
  const issuer = text(child(assertion, "Issuer"));
  if (issuer !== provider.issuer) throw invalid("Issuer not present in specified provider");
  const id = attribute(assertion, "ID");
  if (id === undefined || id === "") throw invalid("The assertion has no ID.");
  checkIssueInstant(assertion, now);
  const usableUntil = checkConditions(assertion, audience, now);
  const subject = child(assertion, "Subject");
  const confirmation = bearerConfirmation(subject, audience, now);
  const nameId = child(subject, "NameID");
  const name = text(nameId);
  if (!name) throw invalid("The assertion names no subject.");
  const attributes = attributesOf(assertion);
  const aws = awsAttributes(attributes);
  const subjectType = (attribute(nameId, "Format") ?? "").replace(
    "urn:oasis:names:tc:SAML:2.0:nameid-format:",
    "",
  );
  const nameQualifier = createHash("sha1")
    .update(`${issuer}${provider.account}/${provider.name}`)
    .digest("base64");
  const { sessionSeconds, maxSessionSeconds } = durations(assertion, aws.sessionSeconds, now);
  return {
    issuerArn: provider.arn,
    issuer,
    provider: provider.arn,
    subject: name,
    audience: confirmation.recipient,
    sessionName: checkSessionName(aws.sessionName),
    tags: aws.tags,
    transitiveTagKeys: aws.transitiveTagKeys,
    ...(aws.sourceIdentity === undefined ? {} : { sourceIdentity: aws.sourceIdentity }),
    ...(sessionSeconds === undefined ? {} : { sessionSeconds }),
    ...(maxSessionSeconds === undefined ? {} : { maxSessionSeconds }),
    contextKeys: [
      ...attributeKeys(attributes),
      ["saml:aud", confirmation.recipient],
      ["saml:iss", issuer],
      ["saml:sub", name],
      ["saml:sub_type", subjectType],
      ["saml:doc", `${provider.account}/${provider.name}`],
      ["saml:namequalifier", nameQualifier],
    ],
    saml: {
      id,
      usableUntil: Math.max(usableUntil, confirmation.until),
      roles: aws.roles,
      subjectType,
      nameQualifier,
    },
  };
}

function checkIssueInstant(assertion: SamlElement, now: Date): void {
  const issued = instant(attribute(assertion, "IssueInstant"));
  if (issued === undefined) throw invalid("The assertion does not say when it was issued.");
  if (issued > now.getTime() + CLOCK_TOLERANCE_MILLISECONDS)
    throw invalid("The assertion was issued in the future.");
  if (issued + MAX_AGE_MILLISECONDS < now.getTime()) {
    throw expired("Token must be redeemed within 5 minutes of issuance");
  }
}

/**
 * Checks the conditions.
 * @returns their end in epoch milliseconds
 */
function checkConditions(assertion: SamlElement, audience: string | undefined, now: Date): number {
  const conditions = child(assertion, "Conditions");
  const notBefore = attribute(conditions, "NotBefore");
  const until = instant(attribute(conditions, "NotOnOrAfter"));
  if (conditions === undefined || until === undefined)
    throw invalid("The assertion does not say until when it is valid.");
  if (
    notBefore !== undefined &&
    !((instant(notBefore) ?? Number.NaN) <= now.getTime() + CLOCK_TOLERANCE_MILLISECONDS)
  ) {
    throw invalid("The assertion is not valid yet.");
  }
  if (until <= now.getTime()) throw expired("The assertion has expired");
  const restrictions = children(conditions, "AudienceRestriction");
  const isAudience = (value: string) =>
    audience === undefined ? AWS_AUDIENCES.has(value) : value === audience;
  // Each restriction must name us (SAML core 2.5.1.4). Without one, the assertion would be valid
  // for any recipient.
  const named = restrictions.map((one) =>
    children(one, "Audience").some((value) => isAudience(text(value) ?? "")),
  );
  if (restrictions.length === 0 || named.includes(false))
    throw invalid("Response does not contain the required audience.");
  return until;
}

/** A bearer confirmation for us that has not expired (SAML profiles 4.1.4.2). */
function bearerConfirmation(
  subject: SamlElement | undefined,
  audience: string | undefined,
  now: Date,
) {
  let late = false;
  for (const confirmation of children(subject, "SubjectConfirmation")) {
    const data = child(confirmation, "SubjectConfirmationData");
    const recipient = attribute(data, "Recipient") ?? "";
    const until = instant(attribute(data, "NotOnOrAfter"));
    const ours = audience === undefined ? AWS_RECIPIENT.test(recipient) : recipient === audience;
    if (
      attribute(confirmation, "Method") !== "urn:oasis:names:tc:SAML:2.0:cm:bearer" ||
      !ours ||
      until === undefined
    )
      continue;
    if (until > now.getTime()) return { recipient, until };
    late = true;
  }
  throw late
    ? expired("The assertion has expired")
    : invalid("The assertion's subject confirmation is missing or has another recipient.");
}

/**
 * The requested duration of the session, and the maximum that the provider's own session allows.
 * Seconds.
 */
function durations(assertion: SamlElement, requested: string | undefined, now: Date) {
  const ends = children(assertion, "AuthnStatement").flatMap(
    (statement) => attribute(statement, "SessionNotOnOrAfter") ?? [],
  );
  const left = ends.map((end) => Math.floor(((instant(end) ?? Number.NaN) - now.getTime()) / 1000));
  if (left.some((seconds) => !(seconds > 0))) throw expired("The provider's session has expired");
  if (
    requested !== undefined &&
    !(/^\d{1,5}$/.test(requested) && Number(requested) >= 900 && Number(requested) <= 43_200)
  ) {
    throw invalid("SessionDuration in AuthnResponse must be between 900 and 43200 seconds");
  }
  return {
    sessionSeconds: requested === undefined ? undefined : Number(requested),
    maxSessionSeconds: left.length === 0 ? undefined : Math.min(...left),
  };
}

function checkSessionName(name: string | undefined): string {
  if (name === undefined) throw invalid("RoleSessionName is required in AuthnResponse");
  if (!/^[\w+=,.@-]{2,64}$/.test(name))
    throw invalid("RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}");
  return name;
}

/** Epoch milliseconds of an xs:dateTime in UTC, as SAML writes them (core 1.3.3). */
function instant(value: string | undefined): number | undefined {
  if (value === undefined || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/.test(value))
    return undefined;
  const milliseconds = Date.parse(value);
  return Number.isNaN(milliseconds) ? undefined : milliseconds;
}

const invalid = (message: string) => new ApiError("InvalidIdentityToken", message);
const expired = (message: string) => new ApiError("ExpiredTokenException", message);
