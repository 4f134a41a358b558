import { CommandFault } from "../command-fault.ts";
import { jsonText, print } from "../output/write-report.ts";
import type { LoginProfile } from "./profile.ts";
import { type CachedLogin, readLogin, writeLogin } from "./token-cache.ts";
import { exchange, LoginOver } from "./token-call.ts";

/** SDKs ask again five minutes before the end. */
const REFRESH_MILLISECONDS = 5 * 60_000;

/**
 * Prints the login's credentials as `credential_process` wants them (AWS SDKs reference guide,
 * feature-process-credentials), refreshed when they end soon. It asks nothing.
 * @throws {CommandFault} if the person must log in
 */
export async function printCredentials(
  profile: string,
  found: LoginProfile | undefined,
  { env, now }: { readonly env: NodeJS.ProcessEnv; readonly now: Date },
): Promise<void> {
  const login = found && readLogin(found.session, env);
  if (found === undefined || login === undefined)
    throw new CommandFault(`Nobody is logged in. Run \`${advice(profile)}\`.`);
  const { accessToken } = await fresh(profile, found, login, { env, now });
  print(
    jsonText({
      Version: 1,
      AccessKeyId: accessToken.accessKeyId,
      SecretAccessKey: accessToken.secretAccessKey,
      SessionToken: accessToken.sessionToken,
      Expiration: accessToken.expiresAt,
      AccountId: accessToken.accountId,
    }),
  );
}

async function fresh(
  profile: string,
  { endpoint, session }: LoginProfile,
  login: CachedLogin,
  { env, now }: { readonly env: NodeJS.ProcessEnv; readonly now: Date },
): Promise<CachedLogin> {
  const left = Date.parse(login.accessToken.expiresAt) - now.getTime();
  if (left > REFRESH_MILLISECONDS) return login;
  const { refreshToken, dpopKey } = login;
  const grant = { grantType: "refresh_token", refreshToken } as const;
  try {
    const { accountId } = login.accessToken;
    const next = await exchange(endpoint, grant, dpopKey, now);
    const kept = { ...login, ...next, accessToken: { ...next.accessToken, accountId } };
    writeLogin(session, kept, env);
    return kept;
  } catch (error) {
    if (error instanceof LoginOver)
      throw new CommandFault(`${error.message} Run \`${advice(profile)}\`.`);
    // Out of reach for a moment.
    if (error instanceof CommandFault && left > 0) return login;
    throw error;
  }
}

const advice = (profile: string): string => `portcullis login --profile ${profile}`;
