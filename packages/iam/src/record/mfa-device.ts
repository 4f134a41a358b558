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
  /** The base32 seed, sealed, bound to `mfa/<serial number>`. */
  readonly sealedSeed: string;
  readonly tags: readonly Tag[];
  readonly enabled?: MfaAssignment;
}

export interface MfaAssignment {
  readonly at: string;
  /** Absent: the root user's. */
  readonly userName?: string;
  /** How many steps its clock is ahead of ours, as far as it was noticed when it was enabled or resynchronized. */
  readonly drift: number;
}

/** The last step whose code was used, and the wrong codes since: kept apart, so that who checks codes need write nothing else. */
export interface MfaUseRecord {
  readonly lastStep: number;
  readonly failures: number;
  /** ISO 8601; of the last wrong code. */
  readonly failedAt?: string;
}

export const mfaDeviceArn = (device: Pick<MfaDeviceRecord, "account" | "path" | "name">): string =>
  iamArn(device.account, `mfa${device.path}${device.name}`);

export const mfaDeviceKey = (
  account: string,
  serialNumber: string,
): RecordKey<MfaDeviceRecord> => ({
  account,
  partition: partitionOf("mfa-device", placeOf(serialNumber)),
  sort: "record",
});

export const mfaUseKey = (account: string, serialNumber: string): RecordKey<MfaUseRecord> => ({
  account,
  partition: partitionOf("mfa-use", placeOf(serialNumber)),
  sort: "record",
});

export const mfaSeal = (serialNumber: string): string => `mfa/${serialNumber.toLowerCase()}`;

/** The lists of ListVirtualMFADevices: each device is in the first and in one of the others. */
export const mfaListPartition = (status: "Any" | "Assigned" | "Unassigned"): string =>
  partitionOf("mfa-devices", status);

const placeOf = (serialNumber: string): string => serialNumber.toLowerCase();
