import { createHash, timingSafeEqual } from "node:crypto";
import { epochSeconds } from "../model/epoch-seconds.ts";
import { SealBroken, type Sealer } from "../sealing/sealer.ts";
import type { AuthorizationRequest } from "./authorization-request.ts";
import type { LoginGrant } from "./login-grant.ts";

/** The client redeems a code at once, so a code that was found later is of no use. */
const CODE_SECONDS = 60;

const BOUND = "login/authorization-code";

interface AuthorizationCode {
  readonly grant: LoginGrant;
  readonly request: Omit<AuthorizationRequest, "state">;
  /** Epoch seconds. */
  readonly expiresAt: number;
}

/** The request of a client that presents a code. */
export interface CodeRequest {
  readonly clientId: string;
  readonly code: string;
  readonly redirectUri: string;
  readonly codeVerifier: string;
}

/**
 * An authorization code. It is stateless: it contains the grant and the application's request,
 * sealed. The record of the login makes it usable once.
 */
export function sealCode(
  sealer: Sealer,
  grant: LoginGrant,
  { clientId, redirectUri, codeChallenge }: AuthorizationRequest,
  now: Date,
): string {
  const code: AuthorizationCode = {
    grant,
    request: { clientId, redirectUri, codeChallenge },
    // After the login it would bring credentials that have ended.
    expiresAt: Math.min(epochSeconds(now) + CODE_SECONDS, grant.expiresAt),
  };
  return sealer.seal(Buffer.from(JSON.stringify(code)), BOUND);
}

/** The grant of a code, if the client that presents it is the one that asked for it. */
export function openCode(
  sealer: Sealer,
  { clientId, code, redirectUri, codeVerifier }: CodeRequest,
  now: Date,
):
  | { readonly ok: true; readonly grant: LoginGrant }
  | { readonly ok: false; readonly reason: "invalid" | "expired"; readonly grant?: LoginGrant } {
  const opened = tryOpen(sealer, code);
  if (opened === undefined) return { ok: false, reason: "invalid" };
  const { grant, request, expiresAt } = opened;
  const isSameClient =
    request.clientId === clientId &&
    request.redirectUri === redirectUri &&
    isVerifierOf(request.codeChallenge, codeVerifier);
  if (!isSameClient) return { ok: false, reason: "invalid", grant };
  if (expiresAt * 1000 <= now.getTime()) return { ok: false, reason: "expired", grant };
  return { ok: true, grant };
}

function tryOpen(sealer: Sealer, code: string): AuthorizationCode | undefined {
  try {
    return JSON.parse(Buffer.from(sealer.open(code, BOUND)).toString("utf8"));
  } catch (error) {
    if (error instanceof SealBroken) return undefined;
    throw error;
  }
}

/** RFC 7636, 4.6. */
function isVerifierOf(codeChallenge: string, codeVerifier: string): boolean {
  const digest = createHash("sha256").update(codeVerifier).digest("base64url");
  return timingSafeEqual(Buffer.from(digest), Buffer.from(codeChallenge));
}
