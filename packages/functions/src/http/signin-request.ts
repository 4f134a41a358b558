import type { RecoveryRequest } from "@portcullis/iam/root-recovery";
import type { SignInRequest } from "@portcullis/iam/sign-in";
import { parseObject } from "./json-object.ts";

/** The most characters of each member. Accounts are ids or aliases. */
const LONGEST = {
  account: 63,
  userName: 64,
  email: 320,
  password: 128,
  mfaCode: 6,
  recoveryCode: 64,
  newPassword: 128,
} as const;

/** More than all members at their longest, escaped. */
const MAX_BODY_BYTES = 16 * 1024;

/** A password to sign in with, or the operator's code for choosing one. */
export type PasswordRequest = SignInRequest | RecoveryRequest;

/** The sign-in request in a body, or what is wrong with the body's form. */
export function readSignInRequest(body: Buffer): PasswordRequest | string {
  if (body.byteLength > MAX_BODY_BYTES) return `The body is longer than ${MAX_BODY_BYTES} bytes.`;
  const members = parseObject(body);
  if (members === undefined) return "The body must be a JSON object.";
  for (const [name, longest] of Object.entries(LONGEST)) {
    const value = members[name];
    const isValid = typeof value === "string" && value.length > 0 && value.length <= longest;
    if (value !== undefined && !isValid)
      return `\`${name}\` must be a string of 1 to ${longest} characters.`;
  }
  const { account, userName, email, password, mfaCode, recoveryCode, newPassword } = members;
  const code = typeof mfaCode === "string" ? { mfaCode } : {};
  if (recoveryCode !== undefined || newPassword !== undefined) {
    const isWhole =
      typeof account === "string" &&
      typeof email === "string" &&
      typeof recoveryCode === "string" &&
      typeof newPassword === "string";
    if (!isWhole || userName !== undefined || password !== undefined)
      return "A recovery takes `account`, `email`, `recoveryCode` and `newPassword`.";
    return { account, email, recoveryCode, newPassword, ...code };
  }
  if (typeof account !== "string" || typeof password !== "string")
    return "`account` and `password` are required.";
  if (typeof userName === "string" && email === undefined)
    return { account, user: { kind: "user", name: userName }, password, ...code };
  if (typeof email === "string" && userName === undefined)
    return { account, user: { kind: "root", email }, password, ...code };
  return "Either `userName` or `email` is required.";
}
