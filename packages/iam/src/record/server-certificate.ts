import { iamArn } from "../arn.ts";
import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";
import type { Tag } from "./tag.ts";

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
  /** Sealed, bound to `server-certificate/<id>`; never answered. */
  readonly sealedPrivateKey: string;
  readonly tags: readonly Tag[];
}

/** What ListServerCertificates shows of one. */
export type ServerCertificateEntry = Pick<
  ServerCertificateRecord,
  "name" | "id" | "path" | "uploadedAt" | "expiresAt"
>;

export const serverCertificateKey = (
  account: string,
  name: string,
): RecordKey<ServerCertificateRecord> => ({
  account,
  partition: partitionOf("server-certificate", name.toLowerCase()),
  sort: "record",
});

export const serverCertificateSeal = (id: string): string => `server-certificate/${id}`;

export const serverCertificateArn = (place: {
  readonly account: string;
  readonly path: string;
  readonly name: string;
}): string => iamArn(place.account, `server-certificate${place.path}${place.name}`);
