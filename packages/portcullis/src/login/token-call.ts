import { z } from "zod";
import { CommandFault } from "../command-fault.ts";
import { dpopProof } from "./dpop.ts";
import { postJson } from "./post-json.ts";
import type { CachedLogin } from "./token-cache.ts";

export const CLIENT_ID = "arn:aws:signin:::devtools/same-device";

/** What the token endpoint answers (AWS Sign-In, CreateOAuth2Token). */
const TOKENS = z.object({
  accessToken: z.object({
    accessKeyId: z.string(),
    secretAccessKey: z.string(),
    sessionToken: z.string(),
  }),
  tokenType: z.string(),
  expiresIn: z.number(),
  refreshToken: z.string(),
  idToken: z.string().optional(),
});

/** The login is over: only a new one helps. */
export class LoginOver extends CommandFault {}

const OVER: ReadonlySet<string> = new Set([
  "AUTHCODE_EXPIRED",
  "INVALID_REQUEST",
  "TOKEN_EXPIRED",
  "USER_CREDENTIALS_CHANGED",
]);

/** What an application exchanges for credentials. */
export type Grant =
  | { readonly grantType: "refresh_token"; readonly refreshToken: string }
  | {
      readonly grantType: "authorization_code";
      readonly code: string;
      readonly redirectUri: string;
      readonly codeVerifier: string;
    };

/**
 * Exchanges a code or a refresh token for credentials.
 * @param accountId of the login; it is in the id token that comes with the first credentials
 * @throws {LoginOver} if the installation refuses it
 * @throws {CommandFault} if it can't be reached
 */
export async function exchange(
  endpoint: string,
  grant: Grant,
  dpopKey: string,
  now: Date,
): Promise<
  Omit<CachedLogin, "accessToken"> & { accessToken: Omit<CachedLogin["accessToken"], "accountId"> }
> {
  const url = `${endpoint}/v1/token`;
  const { status, body } = await postJson(
    url,
    { clientId: CLIENT_ID, ...grant },
    { dpop: dpopProof(dpopKey, url, now) },
  );
  if (status !== 200) {
    const { error, message } = z
      .object({ error: z.string().catch(""), message: z.string().catch("") })
      .catch({ error: "", message: "" })
      .parse(body);
    const sentence = message || `It answered ${status}.`;
    throw OVER.has(error)
      ? new LoginOver(sentence)
      : new CommandFault(`${endpoint} gave no credentials. ${sentence}`);
  }
  const tokens = TOKENS.safeParse(body).data;
  if (tokens === undefined)
    throw new CommandFault(`${endpoint} answered something else than credentials.`);
  const { accessToken, tokenType, expiresIn, refreshToken, idToken } = tokens;
  return {
    accessToken: {
      ...accessToken,
      expiresAt: new Date(now.getTime() + expiresIn * 1000).toISOString(),
    },
    tokenType,
    clientId: CLIENT_ID,
    refreshToken,
    ...(idToken === undefined ? {} : { idToken }),
    dpopKey,
  };
}
