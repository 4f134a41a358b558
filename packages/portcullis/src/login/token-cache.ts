import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { replaceFile } from "./config-file.ts";

/** A login as AWS's SDKs keep it, which read the same file. */
const CACHED_LOGIN = z.object({
  accessToken: z.object({
    accessKeyId: z.string(),
    secretAccessKey: z.string(),
    sessionToken: z.string(),
    accountId: z.string(),
    /** ISO 8601. */
    expiresAt: z.string(),
  }),
  tokenType: z.string(),
  clientId: z.string(),
  refreshToken: z.string(),
  idToken: z.string().optional(),
  /** PEM (RFC 5915). */
  dpopKey: z.string(),
});

export type CachedLogin = z.infer<typeof CACHED_LOGIN>;

/** Two installations may have the same account and user. */
export const sessionName = (principalArn: string, endpoint: string): string =>
  `${principalArn}@${endpoint}`;

/** The file of a login, as AWS's SDKs name it. */
function fileOf(session: string, env: NodeJS.ProcessEnv): string {
  const directory = env.AWS_LOGIN_CACHE_DIRECTORY || join(homedir(), ".aws", "login", "cache");
  return join(directory, `${createHash("sha256").update(session).digest("hex")}.json`);
}

/** Undefined: nobody is logged in, or the file is damaged. */
export function readLogin(session: string, env: NodeJS.ProcessEnv): CachedLogin | undefined {
  const file = fileOf(session, env);
  if (!existsSync(file)) return undefined;
  try {
    return CACHED_LOGIN.safeParse(JSON.parse(readFileSync(file, "utf8"))).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Keeps a login, readable by its owner only. */
export function writeLogin(session: string, login: CachedLogin, env: NodeJS.ProcessEnv): void {
  const file = fileOf(session, env);
  mkdirSync(join(file, ".."), { recursive: true, mode: 0o700 });
  replaceFile(file, JSON.stringify(login, undefined, 2));
}

/** @returns whether there was a login */
export function deleteLogin(session: string, env: NodeJS.ProcessEnv): boolean {
  const file = fileOf(session, env);
  const existed = existsSync(file);
  rmSync(file, { force: true });
  return existed;
}
