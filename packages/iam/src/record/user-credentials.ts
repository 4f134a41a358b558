import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";

/** Credentials that are kept for a user and play no part in any decision: all of them in one record, under the user's unique id. */
export interface UserCredentialsRecord {
  readonly sshPublicKeys: readonly SshPublicKey[];
  readonly signingCertificates: readonly SigningCertificate[];
  readonly serviceSpecific: readonly ServiceSpecificCredential[];
}

export interface SshPublicKey {
  /** `APKA...` */
  readonly id: string;
  readonly status: "Active" | "Inactive";
  readonly uploadedAt: string;
  /** As it was uploaded. */
  readonly body: string;
  /** MD5 of the key's blob, as `ssh-keygen -E md5` shows it. */
  readonly fingerprint: string;
}

export interface SigningCertificate {
  readonly id: string;
  readonly status: "Active" | "Inactive";
  readonly uploadedAt: string;
  /** PEM, as it was uploaded. */
  readonly body: string;
}

export interface ServiceSpecificCredential {
  /** `ACCA...` */
  readonly id: string;
  readonly status: "Active" | "Inactive";
  readonly createdAt: string;
  readonly serviceName: string;
  readonly serviceUserName: string;
  /** SHA-256 of the generated password, base64url: enough for 256 random bits. */
  readonly passwordHash: string;
}

export const NO_CREDENTIALS: UserCredentialsRecord = {
  sshPublicKeys: [],
  signingCertificates: [],
  serviceSpecific: [],
};

export const userCredentialsKey = (
  account: string,
  userId: string,
): RecordKey<UserCredentialsRecord> => ({
  account,
  partition: partitionOf("user-credentials", userId),
  sort: "record",
});
