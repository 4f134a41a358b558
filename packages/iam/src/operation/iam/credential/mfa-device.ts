import type * as sdk from "@aws-sdk/client-iam";
import {
  type CredentialOwner,
  credentialOwner,
  ownerTarget,
} from "../../../entity/credential-owner.ts";
import { findMfaDevice, putMfaDeviceEntries } from "../../../entity/mfa-device.ts";
import { mfaOwnerName } from "../../../entity/mfa-owner.ts";
import { ApiError, noSuchEntity } from "../../../error.ts";
import { type OperationContext, operation } from "../../../model/operation.ts";
import { accountCountKey } from "../../../record/account.ts";
import { type MfaDeviceRecord, mfaDeviceKey, mfaUseKey } from "../../../record/mfa-device.ts";
import { LIMITS } from "../../../settings.ts";
import { openSeed } from "../../../sign-in/mfa.ts";
import { findConsecutiveSteps, stepAt } from "../../../sign-in/totp.ts";
import { slicePage } from "../../../storage/pagination.ts";

/**
 * The largest accepted difference between the device's clock and ours, in time steps: when enabling
 * a device, and when resynchronizing one.
 */
const ENABLE_STEPS = 2;
const RESYNC_STEPS = 120;

/** Operations on MFA devices as the devices of a user. */
export const mfaDeviceOperations = {
  EnableMFADevice: operation<sdk.EnableMFADeviceCommandInput, sdk.EnableMFADeviceCommandOutput>({
    action: "iam:EnableMFADevice",
    target: async (context, input) =>
      ownerTarget(context, await mfaOwnerName(context, input.UserName)),
    async run(context, input) {
      const { account, unit, now } = context;
      const owner = await credentialOwner(context, await mfaOwnerName(context, input.UserName));
      const { serial, device } = await findMfaDevice(context, input.SerialNumber);
      if (device.enabled !== undefined) {
        throw new ApiError(
          "EntityAlreadyExists",
          `MFA device with serial number ${serial} is already enabled.`,
        );
      }
      if (owner.mfaDevices.length >= LIMITS.mfaDevicesPerUser) {
        throw new ApiError(
          "LimitExceeded",
          `Cannot exceed quota for MFADevicesPerUser: ${LIMITS.mfaDevicesPerUser}`,
        );
      }
      const { drift } = await useTwoCodes(context, serial, device, input, ENABLE_STEPS);
      const userName = owner.userName === undefined ? {} : { userName: owner.userName };
      const enabled: MfaDeviceRecord = {
        ...device,
        enabled: { at: now.toISOString(), drift, ...userName },
      };
      unit.put(mfaDeviceKey(account, serial), enabled);
      putMfaDeviceEntries(context, enabled);
      unit.count(accountCountKey(account, "mfaDevices"), "inUse", 1);
      await owner.save({ mfaDevices: [...owner.mfaDevices, serial] });
      return {};
    },
  }),

  ResyncMFADevice: operation<sdk.ResyncMFADeviceCommandInput, sdk.ResyncMFADeviceCommandOutput>({
    action: "iam:ResyncMFADevice",
    target: async (context, input) =>
      ownerTarget(context, await mfaOwnerName(context, input.UserName)),
    async run(context, input) {
      const { serial, device, enabled } = await findOwnDevice(context, input);
      const { drift } = await useTwoCodes(context, serial, device, input, RESYNC_STEPS);
      context.unit.put(mfaDeviceKey(context.account, serial), {
        ...device,
        enabled: { ...enabled, drift },
      });
      return {};
    },
  }),

  DeactivateMFADevice: operation<
    sdk.DeactivateMFADeviceCommandInput,
    sdk.DeactivateMFADeviceCommandOutput
  >({
    action: "iam:DeactivateMFADevice",
    target: async (context, input) =>
      ownerTarget(context, await mfaOwnerName(context, input.UserName)),
    async run(context, input) {
      const { account, unit } = context;
      const { owner, serial, device } = await findOwnDevice(context, input);
      const { enabled: _, ...unassigned } = device;
      unit.put(mfaDeviceKey(account, serial), unassigned);
      putMfaDeviceEntries(context, unassigned);
      unit.count(accountCountKey(account, "mfaDevices"), "inUse", -1);
      await owner.save({ mfaDevices: owner.mfaDevices.filter((other) => other !== serial) });
      return {};
    },
  }),

  ListMFADevices: operation<sdk.ListMFADevicesCommandInput, sdk.ListMFADevicesCommandOutput>({
    action: "iam:ListMFADevices",
    target: async (context, input) =>
      ownerTarget(context, await mfaOwnerName(context, input.UserName)),
    async run(context, input) {
      const { account, unit } = context;
      const owner = await credentialOwner(context, await mfaOwnerName(context, input.UserName));
      const { items, ...rest } = slicePage(owner.mfaDevices, input);
      const devices = await unit.getAll(items.map((serial) => mfaDeviceKey(account, serial)));
      return {
        MFADevices: items.flatMap((serial, index) => {
          const enabled = devices[index]?.enabled;
          return enabled
            ? [{ UserName: owner.userName, SerialNumber: serial, EnableDate: new Date(enabled.at) }]
            : [];
        }),
        ...rest,
      };
    },
  }),

  GetMFADevice: operation<sdk.GetMFADeviceCommandInput, sdk.GetMFADeviceCommandOutput>({
    action: "iam:GetMFADevice",
    target: async (context, input) =>
      ownerTarget(context, await mfaOwnerName(context, input.UserName)),
    async run(context, input) {
      const { owner, serial, enabled } = await findOwnDevice(context, input);
      return {
        ...(owner.userName === undefined ? {} : { UserName: owner.userName }),
        SerialNumber: serial,
        EnableDate: new Date(enabled.at),
      };
    },
  }),
} as const;

interface Codes {
  readonly AuthenticationCode1: string | undefined;
  readonly AuthenticationCode2: string | undefined;
}

/**
 * Checks two consecutive codes and records their use, which prevents replay.
 * @throws {ApiError} `InvalidAuthenticationCode`
 */
async function useTwoCodes(
  context: OperationContext,
  serial: string,
  device: MfaDeviceRecord,
  { AuthenticationCode1 = "", AuthenticationCode2 = "" }: Codes,
  toleranceSteps: number,
): Promise<{ readonly drift: number }> {
  const { account, unit, now } = context;
  const use = await unit.get(mfaUseKey(account, serial));
  const currentStep = stepAt(now);
  const from = Math.max(currentStep - toleranceSteps, (use?.lastStep ?? 0) + 1);
  const codes = [AuthenticationCode1, AuthenticationCode2] as const;
  const step = findConsecutiveSteps(
    openSeed(context, serial, device),
    codes,
    from,
    currentStep + toleranceSteps,
  );
  if (step === undefined) {
    throw new ApiError("InvalidAuthenticationCode", "Authentication code for device is not valid.");
  }
  unit.put(mfaUseKey(account, serial), { lastStep: step, failures: 0 });
  // A difference of at most two steps is the time that typing takes, so it is no drift of the
  // clock.
  const ahead = step - currentStep;
  return { drift: Math.abs(ahead) > ENABLE_STEPS ? ahead : 0 };
}

async function findOwnDevice(
  context: OperationContext,
  input: { readonly UserName?: string | undefined; readonly SerialNumber?: string | undefined },
): Promise<{
  readonly owner: CredentialOwner;
  readonly serial: string;
  readonly device: MfaDeviceRecord;
  readonly enabled: NonNullable<MfaDeviceRecord["enabled"]>;
}> {
  const owner = await credentialOwner(context, await mfaOwnerName(context, input.UserName));
  const { serial, device } = await findMfaDevice(context, input.SerialNumber);
  if (device.enabled === undefined || !owner.mfaDevices.includes(serial)) {
    throw noSuchEntity("MFA Device invalid for user.");
  }
  return { owner, serial, device, enabled: device.enabled };
}
