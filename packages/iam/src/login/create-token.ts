import { SignJWT } from "jose";
import { epochSeconds } from "../model/epoch-seconds.ts";
import { loginSessionKey } from "../record/login-session.ts";
import { usedProofKey } from "../record/used-proof.ts";
import type { Sealer } from "../sealing/sealer.ts";
import { issueSession, type TemporaryCredentials } from "../session/issue-session.ts";
import type { Settings } from "../settings.ts";
import type { Store } from "../storage/store.ts";
import { atomically, type UnitOfWork } from "../storage/unit-of-work.ts";
import { type CodeRequest, openCode } from "./authorization-code.ts";
import type { DpopProof } from "./dpop-proof.ts";
import { type LoginGrant, passwordOwner } from "./login-grant.ts";
import { openRefreshToken, sealRefreshToken } from "./refresh-token.ts";

/** The environment of a token request. */
export interface TokenContext {
  readonly store: Store;
  readonly sealer: Sealer;
  readonly settings: Pick<Settings, "issuer">;
  readonly now: Date;
}

/** A request for credentials (AWS Sign-In, CreateOAuth2Token). */
export type TokenRequest =
  | (CodeRequest & { readonly grantType: "authorization_code" })
  | {
      readonly grantType: "refresh_token";
      readonly clientId: string;
      readonly refreshToken: string;
    };

/** AWS's `OAuth2ErrorCode`, as far as it occurs here. */
export type TokenError =
  | "AUTHCODE_EXPIRED"
  | "INVALID_REQUEST"
  | "TOKEN_EXPIRED"
  | "USER_CREDENTIALS_CHANGED";

/** The result of a token request. Account and principal are for the log only. */
export type TokenAnswer = {
  readonly account?: string | undefined;
  readonly principalArn?: string | undefined;
} & (
  | {
      readonly ok: true;
      readonly credentials: TemporaryCredentials;
      readonly expiresInSeconds: number;
      readonly refreshToken: string;
      /** Of an authorization code. */
      readonly idToken?: string | undefined;
    }
  | { readonly ok: false; readonly error: TokenError; readonly reason: string }
);

/** AWS's limit (AWS Sign-In, CreateOAuth2Token: `expiresIn`). */
const CREDENTIALS_SECONDS = 900;

/**
 * Exchanges an authorization code, or a refresh token, for credentials of a sign-in that hold for
 * 15 minutes. Codes and proofs are used up in the same transaction. A code that its client presents
 * a second time ends the login (RFC 6749, 4.1.2).
 */
export async function createToken(
  context: TokenContext,
  request: TokenRequest,
  proof: DpopProof,
): Promise<TokenAnswer> {
  const opened = openGrant(context, request, proof);
  if (!opened.ok) return opened;
  const { grant } = opened;
  const answer = await atomically(context.store, (unit) =>
    redeem(unit, context, { request, grant, proof }),
  );
  if (!answer.ok || request.grantType !== "authorization_code") return answer;
  return { ...answer, idToken: await idToken(context, grant, request.clientId, answer) };
}

type Refused = Extract<TokenAnswer, { readonly ok: false }>;

const refused = (error: TokenError, reason: string, grant?: LoginGrant): Refused => ({
  ok: false,
  error,
  reason,
  account: grant?.account,
});

function openGrant(
  { sealer, now }: TokenContext,
  request: TokenRequest,
  { jkt }: DpopProof,
): Refused | { readonly ok: true; readonly grant: LoginGrant } {
  if (request.grantType === "authorization_code") {
    const opened = openCode(sealer, request, now);
    if (opened.ok) return opened;
    if (opened.reason === "expired")
      return refused("AUTHCODE_EXPIRED", "the authorization code has expired", opened.grant);
    return refused(
      "INVALID_REQUEST",
      "the authorization code is invalid, or another client's",
      opened.grant,
    );
  }
  const grant = openRefreshToken(sealer, request.refreshToken, { clientId: request.clientId, jkt });
  if (grant === undefined)
    return refused("INVALID_REQUEST", "the refresh token is invalid, or another client's");
  if (grant.expiresAt * 1000 <= now.getTime())
    return refused("TOKEN_EXPIRED", "the login has expired", grant);
  return { ok: true, grant };
}

async function redeem(
  unit: UnitOfWork,
  context: TokenContext,
  {
    request,
    grant,
    proof,
  }: {
    readonly request: TokenRequest;
    readonly grant: LoginGrant;
    readonly proof: DpopProof;
  },
): Promise<TokenAnswer> {
  const { sealer, now } = context;
  const { account } = grant;
  const loginKey = loginSessionKey(account, grant.loginId);
  const proofKey = usedProofKey(account, proof.digest);
  // One read. The following ones find the records in the unit.
  await unit.getAll<unknown>([loginKey, proofKey]);
  const login = await unit.get(loginKey);
  const usedProof = await unit.get(proofKey);
  if (usedProof !== undefined)
    return refused("INVALID_REQUEST", "the DPoP proof was used before", grant);
  const isCode = request.grantType === "authorization_code";
  if (isCode && login !== undefined) {
    unit.put(loginKey, { ...login, ended: true }, { expiresAt: grant.expiresAt });
    return refused("INVALID_REQUEST", "the authorization code was used before", grant);
  }
  if (!isCode && (login === undefined || login.ended))
    return refused("TOKEN_EXPIRED", "the login was ended", grant);
  const owner = await passwordOwner(unit, grant, now);
  if (owner === undefined || owner.passwordStamp !== grant.passwordStamp)
    return refused("USER_CREDENTIALS_CHANGED", "the principal or its password changed", grant);
  unit.put(proofKey, {}, { expiresAt: proof.forgottenAt });
  if (isCode) unit.put(loginKey, { startedAt: now.toISOString() }, { expiresAt: grant.expiresAt });
  const nowSeconds = epochSeconds(now);
  const expiresAt = Math.min(nowSeconds + CREDENTIALS_SECONDS, grant.expiresAt);
  return {
    ok: true,
    account,
    principalArn: owner.principalArn,
    credentials: issueSession(sealer, grant.owner, {
      kind: "SignIn",
      account,
      ownerId: grant.ownerId,
      // The time of the sign-in: a policy that revokes older sessions revokes this one.
      issuedAt: grant.signedInAt,
      expiresAt,
      ...(grant.mfaAt === undefined ? {} : { mfaAt: grant.mfaAt }),
    }),
    expiresInSeconds: expiresAt - nowSeconds,
    refreshToken: sealRefreshToken(sealer, { grant, clientId: request.clientId, jkt: proof.jkt }),
  };
}

/**
 * Tells the client whom the credentials are of. It proves nothing to anybody else: its key never
 * leaves the installation.
 */
function idToken(
  { sealer, settings, now }: TokenContext,
  { expiresAt }: LoginGrant,
  clientId: string,
  { principalArn = "" }: TokenAnswer,
): Promise<string> {
  const { key } = sealer.derive("login/id-token");
  return new SignJWT()
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setIssuer(settings.issuer)
    .setAudience(clientId)
    .setSubject(principalArn)
    .setIssuedAt(now)
    .setExpirationTime(expiresAt)
    .sign(key);
}
