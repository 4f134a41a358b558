import { ApiError } from "../error.ts";
import type { OperationContext } from "../model/operation.ts";
import type { SessionClaims, SessionOwner } from "../model/session-claims.ts";

/**
 * Owner and claims of a session that long-term credentials create for themselves. The session
 * depends on the access key that created it: it ends when the key is deactivated or deleted, and
 * with the key's user.
 * @throws {ApiError} `AccessDenied` for temporary credentials
 */
export function longTermSession(
  { caller, now }: OperationContext,
  operationName: string,
  wantedSeconds: number | undefined,
): {
  readonly owner: SessionOwner;
  readonly claims: Omit<SessionClaims, "kind" | "accessKeyId" | "secret">;
} {
  const { principal, session, accessKeyId, account } = caller;
  if (session !== undefined || !("userId" in principal)) {
    throw new ApiError("AccessDenied", `Cannot call ${operationName} with session credentials`);
  }
  const issuedAt = Math.floor(now.getTime() / 1000);
  return {
    owner: { kind: "key", name: accessKeyId },
    claims: {
      account,
      ownerId: principal.userId,
      issuedAt,
      expiresAt: issuedAt + secondsFor(principal.type, wantedSeconds),
    },
  };
}

const TWELVE_HOURS = 43_200;
const ONE_HOUR = 3600;

/** A root user's session lasts at most an hour, whatever the request (STS API, GetSessionToken). */
const secondsFor = (type: string, wanted = TWELVE_HOURS): number =>
  type === "Root" ? Math.min(wanted, ONE_HOUR) : wanted;
