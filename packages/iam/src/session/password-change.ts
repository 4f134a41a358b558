import type { Caller } from "../model/caller.ts";

/**
 * Whether the caller signed in with a password that must be changed, and asks for anything else.
 * Such a session can change the password and see whose it is.
 */
export const mustChangePasswordFirst = ({ session }: Caller, action: string): boolean =>
  session?.passwordChangeOnly === true && !ALLOWED.has(action);

const ALLOWED: ReadonlySet<string> = new Set(["iam:ChangePassword", "sts:GetCallerIdentity"]);
