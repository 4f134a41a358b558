import { ApiError } from "../error.ts";
import type { Caller } from "../model/caller.ts";
import type { OperationContext } from "../model/operation.ts";
import { rootKey } from "../record/root.ts";
import { userKey } from "../record/user.ts";
import { useMfaCode } from "./mfa.ts";

interface MfaParameters {
  readonly SerialNumber?: string | undefined;
  readonly TokenCode?: string | undefined;
}

/**
 * The caller, with the MFA code that came with the request proven and used up. A caller proves only its own devices.
 * @throws {ApiError} `AccessDenied`
 */
export async function proveMfa(
  context: OperationContext,
  { SerialNumber: serial, TokenCode: code }: MfaParameters,
): Promise<Caller> {
  const { caller, now } = context;
  if (serial === undefined && code === undefined) return caller;
  if (serial === undefined || code === undefined) {
    throw denied(
      "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.",
    );
  }
  if (!(await mfaDevicesOf(context)).includes(serial)) {
    throw denied(
      "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.",
    );
  }
  if (!(await useMfaCode(context, [serial], code))) {
    throw denied("MultiFactorAuthentication failed with invalid MFA one time pass code. ");
  }
  return { ...caller, mfaAt: now };
}

/** Serial numbers of the caller's devices; roles have none. */
async function mfaDevicesOf({
  account,
  caller,
  unit,
}: OperationContext): Promise<readonly string[]> {
  const { principal, userName } = caller;
  if (principal.type === "Root") return (await unit.get(rootKey(account)))?.mfaDevices ?? [];
  if (principal.type !== "User" || userName === undefined) return [];
  return (await unit.get(userKey(account, userName)))?.mfaDevices ?? [];
}

const denied = (message: string) => new ApiError("AccessDenied", message);
