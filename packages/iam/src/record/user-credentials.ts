import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";

/** A user's credentials that no decision reads, in one record under the user's unique id. */
export interface UserCredentialsRecord {
  readonly sshPublicKeys: readonly SshPublicKey[];
  readonly signingCertificates: readonly SigningCertificate[];
  readonly serviceSpecific: readonly ServiceSpecificCredential[];
}

/** An SSH public key of a user. */
export interface SshPublicKey {
  /** `APKA...` */
  readonly id: string;
  readonly status: "Active" | "Inactive";
  readonly uploadedAt: string;
  /** The uploaded text. */
  readonly body: string;
  /** MD5 of the key's blob, as `ssh-keygen -E md5` shows it. */
  readonly fingerprint: string;
}

/** An X.509 signing certificate of a user. */
export interface SigningCertificate {
  readonly id: string;
  readonly status: "Active" | "Inactive";
  readonly uploadedAt: string;
  /** The uploaded PEM. */
  readonly body: string;
}

/** A generated user name and password for one service. */
export interface ServiceSpecificCredential {
  /** `ACCA...` */
  readonly id: string;
  readonly status: "Active" | "Inactive";
  readonly createdAt: string;
  readonly serviceName: string;
  readonly serviceUserName: string;
  /**
   * SHA-256 of the generated password, base64url. A slow hash is not needed for 256 random bits.
   */
  readonly passwordHash: string;
}

/** The credentials of a user without such a record. */
export const NO_CREDENTIALS: UserCredentialsRecord = {
  sshPublicKeys: [],
  signingCertificates: [],
  serviceSpecific: [],
};

/** The key of a user's credentials, by the user's unique id. */
export const userCredentialsKey = (
  account: string,
  userId: string,
): RecordKey<UserCredentialsRecord> => ({
  account,
  partition: partitionOf("user-credentials", userId),
  sort: "record",
});
