import type { ProviderAssertion } from "@portcullis/iam/caller";
import { ApiError } from "@portcullis/iam/error";
import {
  assertionKeys,
  assertionRequires,
  assertionTags,
  federatedCaller,
} from "@portcullis/iam/federation/federated-caller";
import { keptKeys } from "@portcullis/iam/federation/kept-keys";
import {
  claimsToBeOurs,
  SESSION_CLAIM,
  verifyOwnToken,
} from "@portcullis/iam/federation/own-token";
import { claimedIssuer, verifyWebIdentity } from "@portcullis/iam/federation/web-identity-token";
import {
  type OidcProviderRecord,
  oidcProviderArn,
  oidcProviderKey,
} from "@portcullis/iam/record/oidc-provider";
import { type RoleRecord, roleArn, roleKey } from "@portcullis/iam/record/role";
import { type SigningKeysRecord, signingKeysKey } from "@portcullis/iam/record/signing-keys";
import { trustOf } from "@portcullis/iam/role-trust";
import type { Stored } from "@portcullis/iam/store";
import { authorize, requiredContextKeys } from "@portcullis/policy";
import { decodeJwt, errors, type JWTPayload } from "jose";
import { conditionKeys } from "../evaluation/condition-keys.ts";
import { callerOf } from "../identity/caller.ts";
import { type Identity, identify, readOwner } from "../identity/identity.ts";
import type { BearerOptions, Proof, Proving } from "./proof.ts";

/** Names the role that a provider's token is to be taken for. */
const ROLE_HEADER = "x-portcullis-role-arn";
const UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD";
const SESSION_SECONDS = 3600;

export type BearerProving = Proving & { readonly bearer: BearerOptions };

/** Who holds a token: one of ours, or one of a provider that is registered in the account of the role that it is for. */
export async function proveToken(token: string, proving: BearerProving): Promise<Proof> {
  const claims = claimsOf(token);
  if (claims === undefined) return { ok: false, reason: "the token is no JWT" };
  return claimsToBeOurs(claims, proving.bearer.issuer)
    ? proveOwn(token, claims, proving)
    : proveProviders(token, claims, proving);
}

/** What a token says. Nothing of it is proven. */
function claimsOf(token: string): JWTPayload | undefined {
  try {
    return decodeJwt(token);
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}

/** A token of ours stands for the session that is sealed within it, and can do no more than that. */
async function proveOwn(token: string, claims: JWTPayload, proving: BearerProving): Promise<Proof> {
  const { directory, policies, now, request, bearer } = proving;
  const named = claims[SESSION_CLAIM];
  if (!isCredentials(named)) return { ok: false, reason: "the token holds no session" };
  const identified = await identify(directory, named, now, [
    signingKeysKey(directory.managementAccount),
  ]);
  if (!identified.ok) return identified;
  const { identity, also } = identified;
  const keys = newestKeys(also[0] as Stored<SigningKeysRecord> | undefined);
  const verified = await verifyOwnToken(token, keys, {
    issuer: bearer.issuer,
    audience: request.apiId,
    now,
  });
  if (!verified.ok) return verified;
  return proofOf(identity, await policies.applicable(directory.reader, identity));
}

// The same record as long as it is the same version: the keys made of it are kept with it.
let kept: Stored<SigningKeysRecord> | undefined;

function newestKeys(stored: Stored<SigningKeysRecord> | undefined): SigningKeysRecord | undefined {
  if (stored === undefined) return undefined;
  if (kept?.version !== stored.version || JSON.stringify(kept.data) !== JSON.stringify(stored.data))
    kept = stored;
  return kept.data;
}

/** A provider's token and a role: judged as AssumeRoleWithWebIdentity would be, for this request alone. */
async function proveProviders(
  token: string,
  claims: JWTPayload,
  proving: BearerProving,
): Promise<Proof> {
  const { directory, policies, now, request, bearer } = proving;
  const [arn = "", ...more] = request.header(ROLE_HEADER);
  const [, account = "", name = ""] =
    /^arn:aws:iam::(\d{12}):role\/(?:[!-~]*\/)?([\w+=,.@-]{1,64})$/.exec(arn) ?? [];
  if (account === "" || more.length > 0)
    return { ok: false, reason: `the token needs one ${ROLE_HEADER}` };
  try {
    const { url } = claimedIssuer(token);
    const found = await readOwner(directory, account, roleKey(account, name), [
      oidcProviderKey(account, url),
    ]);
    if (!found.ok) return found;
    const provider = found.also[0]?.data as OidcProviderRecord | undefined;
    if (provider === undefined)
      return { ok: false, reason: `${url} is not registered in account ${account}` };
    const sessionName = sessionNameOf(claims);
    const assertion = await verifyWebIdentity(
      token,
      { ...provider, arn: oidcProviderArn(provider) },
      { now, sessionName, privateAddresses: bearer.privateIdentityProviders === true },
    );
    const role = found.record?.data as RoleRecord | undefined;
    const trusted =
      role !== undefined && roleArn(role) === arn && isTrusted(role, assertion, proving);
    if (!trusted) return refused(account, assertion, arn);
    const identity: Identity = {
      accessKeyId: "",
      secret: "",
      account,
      accountRecord: found.accountRecord,
      ...(found.organization ? { organization: found.organization } : {}),
      holder: {
        type: "Role",
        role,
        place: `${account}#${roleKey(account, name).partition}`,
        version: found.record?.version ?? 0,
      },
      claims: claimsFor(role, assertion, now),
    };
    const proof = proofOf(identity, await policies.applicable(directory.reader, identity));
    return { ...proof, changing: requiredContextKeys(trustOf(role).policy).find(isOfRequest) };
  } catch (error) {
    // A provider that can't be reached has not said no: then nobody knows.
    if (!(error instanceof ApiError) || error.code === "IDPCommunicationError") throw error;
    return { ok: false, reason: `${error.code}: ${error.message}` };
  }
}

function isTrusted(
  role: RoleRecord,
  assertion: ProviderAssertion,
  { now, request }: BearerProving,
): boolean {
  const { account } = role;
  const caller = federatedCaller(account, assertion);
  const context = conditionKeys(caller, {
    now,
    sourceIp: request.sourceIp,
    userAgent: request.userAgent,
    referer: request.header("referer")[0],
    secureTransport: request.secureTransport ?? true,
    region: request.region,
    resourceAccount: account,
    resourceTags: role.tags,
    own: assertionKeys(assertion),
  });
  const trust = trustOf(role);
  return ["sts:AssumeRoleWithWebIdentity", ...assertionRequires(assertion)].every(
    (action) =>
      authorize({
        principal: caller.principal,
        action,
        resource: roleArn(role),
        resourceAccount: account,
        context,
        policies: { identity: [], resource: [trust] },
      }).outcome === "allowed",
  );
}

/** What a token does not say: it may be another at the next request. */
const isOfRequest = (key: string): boolean =>
  /^aws:/i.test(key) && !/^aws:(?:RequestTag\/|TagKeys$|FederatedProvider$)/i.test(key);

function refused(account: string, assertion: ProviderAssertion, arn: string): Proof {
  const message = "Not authorized to perform sts:AssumeRoleWithWebIdentity";
  return {
    ok: false,
    reason: `${assertion.provider}:${assertion.subject} is not trusted by ${arn}`,
    refused: { caller: federatedCaller(account, assertion), message },
  };
}

/** A session that lasts for the request: nobody is given credentials for it. */
function claimsFor(
  role: RoleRecord,
  assertion: ProviderAssertion,
  now: Date,
): NonNullable<Identity["claims"]> {
  const issuedAt = Math.floor(now.getTime() / 1000);
  const { tags, transitiveTagKeys } = assertionTags(assertion);
  return {
    kind: "AssumedRole",
    account: role.account,
    accessKeyId: "",
    secret: "",
    issuedAt,
    expiresAt: issuedAt + SESSION_SECONDS,
    ownerId: role.id,
    name: assertion.sessionName,
    tags,
    transitiveTagKeys,
    ...(assertion.sourceIdentity === undefined ? {} : { sourceIdentity: assertion.sourceIdentity }),
    federatedProvider: assertion.provider,
    contextKeys: keptKeys(assertion),
  };
}

/** `RoleSessionName` from the token's subject, in the characters that such names have. */
function sessionNameOf({ sub = "" }: JWTPayload): string {
  return sub
    .replace(/[^\w+=,.@-]/g, "-")
    .slice(0, 64)
    .padEnd(2, "-");
}

/** A token says nothing of the body, and every header is its holder's own word. */
const proofOf = (
  identity: Identity,
  policies: Parameters<typeof callerOf>[1],
): Extract<Proof, { ok: true }> => ({
  ok: true,
  by: "token",
  caller: callerOf(identity, policies),
  organizationId: identity.accountRecord.data.organizationId,
  payloadHash: UNSIGNED_PAYLOAD,
  isSigned: () => true,
});

function isCredentials(value: unknown): value is { accessKeyId: string; sessionToken: string } {
  if (typeof value !== "object" || value === null) return false;
  return (
    "accessKeyId" in value &&
    typeof value.accessKeyId === "string" &&
    "sessionToken" in value &&
    typeof value.sessionToken === "string"
  );
}
