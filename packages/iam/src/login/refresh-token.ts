import { SealBroken, type Sealer } from "../sealing/sealer.ts";
import type { LoginGrant } from "./login-grant.ts";

const BOUND = "login/refresh-token";

interface RefreshToken {
  readonly grant: LoginGrant;
  readonly clientId: string;
  /** Thumbprint of the client's DPoP key (RFC 7638). */
  readonly jkt: string;
}

/** A refresh token: the grant, sealed, and bound to the client's key (RFC 9449, 5). */
export const sealRefreshToken = (sealer: Sealer, token: RefreshToken): string =>
  sealer.seal(Buffer.from(JSON.stringify(token)), BOUND);

/** The grant of a refresh token. Undefined unless it was issued to this client and this key. */
export function openRefreshToken(
  sealer: Sealer,
  refreshToken: string,
  { clientId, jkt }: Omit<RefreshToken, "grant">,
): LoginGrant | undefined {
  try {
    const opened: RefreshToken = JSON.parse(
      Buffer.from(sealer.open(refreshToken, BOUND)).toString("utf8"),
    );
    return opened.clientId === clientId && opened.jkt === jkt ? opened.grant : undefined;
  } catch (error) {
    if (error instanceof SealBroken) return undefined;
    throw error;
  }
}
