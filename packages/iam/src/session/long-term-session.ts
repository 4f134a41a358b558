import { ApiError } from "../error.ts";
import type { OperationContext } from "../model/operation.ts";
import type { SessionClaims, SessionOwner } from "../model/session-claims.ts";

/**
 * What the sessions have in common that long-term credentials get for themselves: they live by the access key that asked for them,
 * so they end when it is deactivated or deleted, and with its user.
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

/** Root users get an hour at most, whatever they ask for (STS API, GetSessionToken). */
const secondsFor = (type: string, wanted = TWELVE_HOURS): number =>
  type === "Root" ? Math.min(wanted, ONE_HOUR) : wanted;
