import { parseRoleArn } from "@portcullis/iam/arn";
import type { ProviderAssertion } from "@portcullis/iam/caller";
import { oidcProviderArn, oidcProviderKey } from "@portcullis/iam/record/oidc-provider";
import { type RoleRecord, roleArn, roleKey } from "@portcullis/iam/record/role";
import { federationClaims, roleClaims } from "@portcullis/iam/role-claims";
import { trustOf } from "@portcullis/iam/role-trust";
import type { SessionClaims } from "@portcullis/iam/session-claims";
import { requiredContextKeys } from "@portcullis/policy";
import type { JWTPayload } from "jose";
import { evaluate } from "../evaluation/evaluate.ts";
import { requestFacts } from "../evaluation/request-facts.ts";
import { readPrincipalRecord } from "../identity/directory.ts";
import type { Identity } from "../identity/identity.ts";
import type { BearerProofInput, TokenVerification } from "./bearer-input.ts";
import { type Proof, tokenProof } from "./proof.ts";

/** Names the role that a provider's token is used for. */
const ROLE_HEADER = "x-portcullis-role-arn";
const SESSION_SECONDS = 3600;

/**
 * Proves a provider's token and a role as AssumeRoleWithWebIdentity would, for this request alone.
 */
export async function proveProviderToken(
  token: string,
  claims: JWTPayload,
  input: BearerProofInput,
): Promise<Proof> {
  const [arn = "", ...more] = input.request.header(ROLE_HEADER);
  const role = parseRoleArn(arn);
  if (role === undefined || more.length > 0)
    return { ok: false, reason: `the token needs one ${ROLE_HEADER} header with a role's ARN` };
  try {
    return await proveForRole(token, claims, { ...role, arn }, input);
  } catch (error) {
    // A provider that can't be reached has not refused the token: the decision fails.
    if (!(error instanceof input.verification.ApiError) || error.code === "IDPCommunicationError")
      throw error;
    return { ok: false, reason: `${error.code}: ${error.message}` };
  }
}

interface NamedRole {
  readonly arn: string;
  readonly account: string;
  readonly name: string;
}

async function proveForRole(
  token: string,
  claims: JWTPayload,
  { arn, account, name }: NamedRole,
  input: BearerProofInput,
): Promise<Proof> {
  const { directory, policies, now, bearer, verification } = input;
  const { url } = verification.claimedIssuer(token);
  const key = roleKey(account, name);
  const read = await readPrincipalRecord(directory, account, key, [oidcProviderKey(account, url)]);
  if (!read.ok) return read;
  const provider = read.extra[0]?.data;
  if (provider === undefined)
    return { ok: false, reason: `${url} is not registered in account ${account}` };
  const assertion = await verification.verifyWebIdentity(
    token,
    { ...provider, arn: oidcProviderArn(provider) },
    {
      now,
      sessionName: sessionNameOf(claims),
      privateAddresses: bearer.privateIdentityProviders === true,
    },
  );
  const { record } = read;
  if (record === undefined || roleArn(record.data) !== arn)
    return notTrusted(account, assertion, arn, verification);
  const { data: role, version } = record;
  if (!isTrusted(role, assertion, input)) return notTrusted(account, assertion, arn, verification);
  const identity: Identity = {
    accessKeyId: "",
    secret: "",
    account,
    accountRecord: read.accountRecord,
    ...(read.organization ? { organization: read.organization } : {}),
    principalRecord: {
      type: "Role",
      role,
      owner: { kind: "role", name: role.name },
      key,
      version,
    },
    claims: sessionClaims(role, assertion, now, verification),
  };
  const proof = tokenProof(identity, await policies.applicable(directory.reader, identity));
  return { ...proof, requestKey: requiredContextKeys(trustOf(role).policy).find(isOfRequest) };
}

/** Whether the role's trust policy allows all that the assertion asks for. */
function isTrusted(
  role: RoleRecord,
  assertion: ProviderAssertion,
  { now, request, verification }: BearerProofInput,
): boolean {
  const { assertionKeys, assertionRequires, federatedCaller } = verification;
  const caller = federatedCaller(role.account, assertion);
  const target = {
    resource: roleArn(role),
    resourceAccount: role.account,
    resourceTags: role.tags,
    resourcePolicies: [trustOf(role)],
    serviceKeys: assertionKeys(assertion),
  };
  const facts = { ...requestFacts(request), now };
  return ["sts:AssumeRoleWithWebIdentity", ...assertionRequires(assertion)].every(
    (action) => evaluate(caller, { ...target, action }, facts).decision.outcome === "allowed",
  );
}

/**
 * Whether a condition key is of the request, not of the token: the next request may differ in it.
 */
const isOfRequest = (key: string): boolean =>
  /^aws:/i.test(key) && !/^aws:(?:RequestTag\/|TagKeys$|FederatedProvider$)/i.test(key);

const notTrusted = (
  account: string,
  assertion: ProviderAssertion,
  arn: string,
  { federatedCaller }: TokenVerification,
): Proof => ({
  ok: false,
  reason: `${assertion.provider}:${assertion.subject} is not trusted by ${arn}`,
  refused: {
    caller: federatedCaller(account, assertion),
    message: "Not authorized to perform sts:AssumeRoleWithWebIdentity",
  },
});

/** A session for one request. No credentials are issued for it. */
function sessionClaims(
  role: RoleRecord,
  assertion: ProviderAssertion,
  now: Date,
  { assertionTags }: TokenVerification,
): SessionClaims {
  const issuedAt = Math.floor(now.getTime() / 1000);
  const claims = roleClaims(role, {
    issuedAt,
    expiresAt: issuedAt + SESSION_SECONDS,
    sessionName: assertion.sessionName,
    ...assertionTags(assertion),
    sourceIdentity: assertion.sourceIdentity,
    federation: federationClaims(assertion),
  });
  return { ...claims, accessKeyId: "", secret: "" };
}

/**
 * `RoleSessionName` from the token's subject, in the characters that such names have. The claim is
 * not verified yet: verification refuses a subject of another type than string.
 */
function sessionNameOf({ sub }: { readonly sub?: unknown }): string {
  return (typeof sub === "string" ? sub : "")
    .replace(/[^\w+=,.@-]/g, "-")
    .slice(0, 64)
    .padEnd(2, "-");
}
