import type { Caller } from "../model/caller.ts";

/**
 * Whether an action is denied because the caller signed in with a password that must be changed.
 * Such a session can only change the password and read its own identity.
 */
export const mustChangePasswordFirst = ({ session }: Caller, action: string): boolean =>
  session?.passwordChangeOnly === true && !ALLOWED.has(action);

const ALLOWED: ReadonlySet<string> = new Set(["iam:ChangePassword", "sts:GetCallerIdentity"]);
