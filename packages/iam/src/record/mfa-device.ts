import { iamArn } from "../arn.ts";
import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";
import type { Tag } from "./tag.ts";

/** A virtual MFA device. Its serial number is its ARN. */
export interface MfaDeviceRecord {
  readonly account: string;
  readonly name: string;
  readonly path: string;
  /** ISO 8601. */
  readonly createdAt: string;
  /** The base32 seed, sealed under the associated data of `mfaSeal`. */
  readonly sealedSeed: string;
  readonly tags: readonly Tag[];
  readonly enabled?: MfaAssignment;
}

/** The enabling of a device for a user. */
export interface MfaAssignment {
  /** ISO 8601. */
  readonly at: string;
  /** Absent if the device is the root user's. */
  readonly userName?: string;
  /**
   * Steps of 30 seconds that the device's clock was ahead when it was enabled or resynchronized.
   * Negative if it was behind.
   */
  readonly drift: number;
}

/**
 * The last step whose code was used, and the wrong codes since. It is a separate record, so that a
 * function that verifies codes needs no permission to write devices.
 */
export interface MfaUseRecord {
  readonly lastStep: number;
  readonly failures: number;
  /** ISO 8601. Time of the last wrong code. */
  readonly failedAt?: string;
}

/** The ARN of a virtual device, which is its serial number too. */
export const mfaDeviceArn = (device: Pick<MfaDeviceRecord, "account" | "path" | "name">): string =>
  iamArn(device.account, `mfa${device.path}${device.name}`);

/** The key of a device. */
export const mfaDeviceKey = (
  account: string,
  serialNumber: string,
): RecordKey<MfaDeviceRecord> => ({
  account,
  partition: partitionOf("mfa-device", caseless(serialNumber)),
  sort: "record",
});

/** The key of a device's last used step. */
export const mfaUseKey = (account: string, serialNumber: string): RecordKey<MfaUseRecord> => ({
  account,
  partition: partitionOf("mfa-use", caseless(serialNumber)),
  sort: "record",
});

/** The associated data of a device's sealed seed. */
export const mfaSeal = (serialNumber: string): string => `mfa/${serialNumber.toLowerCase()}`;

/**
 * The partitions that ListVirtualMFADevices reads. A device is in `Any` and in one of the others.
 */
export const mfaListPartition = (status: "Any" | "Assigned" | "Unassigned"): string =>
  partitionOf("mfa-devices", status);

const caseless = (serialNumber: string): string => serialNumber.toLowerCase();
