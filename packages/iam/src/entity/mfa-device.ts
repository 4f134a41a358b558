import { noSuchEntity } from "../error.ts";
import type { OperationContext, Target } from "../model/operation.ts";
import { listEntryKey } from "../record/list-entry.ts";
import {
  type MfaDeviceRecord,
  mfaDeviceArn,
  mfaDeviceKey,
  mfaListPartition,
} from "../record/mfa-device.ts";

/**
 * Returns a device with its serial number in the spelling it was created with.
 * @throws {ApiError} `NoSuchEntity`
 */
export async function findMfaDevice(
  { account, unit }: OperationContext,
  serialNumber: string | undefined,
): Promise<{ readonly serial: string; readonly device: MfaDeviceRecord }> {
  const device = await unit.get(mfaDeviceKey(account, serialNumber ?? ""));
  if (device === undefined) {
    throw noSuchEntity(`VirtualMFADevice with serial number ${serialNumber} does not exist.`);
  }
  return { serial: mfaDeviceArn(device), device };
}

/** A device's entry in the account's lists of devices. */
export interface MfaDeviceEntry {
  readonly serial: string;
  readonly enabledAt?: string;
  /** The user of an enabled device. Absent: the root user. */
  readonly userName?: string;
}

/** Writes a device's entries in the lists by status. */
export function putMfaDeviceEntries(context: OperationContext, device: MfaDeviceRecord): void {
  const { account, unit } = context;
  deleteMfaDeviceEntries(context, device);
  const { enabled } = device;
  const entry: MfaDeviceEntry = {
    serial: mfaDeviceArn(device),
    ...(enabled === undefined ? {} : { enabledAt: enabled.at }),
    ...(enabled?.userName === undefined ? {} : { userName: enabled.userName }),
  };
  for (const status of ["Any", enabled ? "Assigned" : "Unassigned"] as const) {
    const key = listEntryKey<MfaDeviceEntry>(
      account,
      mfaListPartition(status),
      device.path,
      device.name,
    );
    unit.put(key, entry, { expect: "any" });
  }
}

/** Writes a user's new name to its devices. */
export async function renameMfaOwner(
  context: OperationContext,
  serials: readonly string[],
  userName: string,
): Promise<void> {
  for (const serial of serials) {
    const { device } = await findMfaDevice(context, serial);
    if (device.enabled === undefined) continue;
    const renamed: MfaDeviceRecord = { ...device, enabled: { ...device.enabled, userName } };
    context.unit.put(mfaDeviceKey(context.account, serial), renamed);
    putMfaDeviceEntries(context, renamed);
  }
}

/** Deletes a device's entries in all lists. */
export function deleteMfaDeviceEntries(
  { account, unit }: OperationContext,
  { path, name }: MfaDeviceRecord,
): void {
  for (const status of ["Any", "Assigned", "Unassigned"] as const) {
    unit.delete(listEntryKey(account, mfaListPartition(status), path, name), { expect: "any" });
  }
}

/** Returns a device as the target of an operation, by its serial number. */
export async function mfaDeviceTarget(
  { account, unit }: OperationContext,
  input: { readonly SerialNumber: string | undefined },
): Promise<Target> {
  const serial = input.SerialNumber ?? "";
  const device = await unit.get(mfaDeviceKey(account, serial));
  return device ? { arn: mfaDeviceArn(device), tags: device.tags } : { arn: serial };
}
