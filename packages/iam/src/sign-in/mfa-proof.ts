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
 * Verifies and uses up the MFA code in a request. A caller can use only its own devices.
 * @returns the caller, with the time of the code if there was one
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

/** Serial numbers of the caller's devices. Roles have none. */
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
