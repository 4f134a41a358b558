import { iamArn } from "../arn.ts";
import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";
import type { Tag } from "./tag.ts";

/**
 * A server certificate (IAM UG/id_credentials_server-certs). Stored for tools; no decision reads
 * it.
 */
export interface ServerCertificateRecord {
  readonly account: string;
  readonly name: string;
  /** `ASCA...` */
  readonly id: string;
  readonly path: string;
  readonly uploadedAt: string;
  readonly expiresAt: string;
  /** PEM. */
  readonly body: string;
  readonly chain?: string;
  /** Sealed under the associated data of `serverCertificateSeal`. No operation answers it. */
  readonly sealedPrivateKey: string;
  readonly tags: readonly Tag[];
}

/** The members that ListServerCertificates answers. */
export type ServerCertificateEntry = Pick<
  ServerCertificateRecord,
  "name" | "id" | "path" | "uploadedAt" | "expiresAt"
>;

/** The key of a server certificate. */
export const serverCertificateKey = (
  account: string,
  name: string,
): RecordKey<ServerCertificateRecord> => ({
  account,
  partition: partitionOf("server-certificate", name.toLowerCase()),
  sort: "record",
});

/** The associated data of a sealed private key. */
export const serverCertificateSeal = (id: string): string => `server-certificate/${id}`;

/** The ARN of a server certificate. */
export const serverCertificateArn = (certificate: {
  readonly account: string;
  readonly path: string;
  readonly name: string;
}): string =>
  iamArn(certificate.account, `server-certificate${certificate.path}${certificate.name}`);
