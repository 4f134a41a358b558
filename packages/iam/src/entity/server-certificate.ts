import { noSuchEntity } from "../error.ts";
import type { OperationContext, Target } from "../model/operation.ts";
import { listEntryKey } from "../record/list-entry.ts";
import {
  type ServerCertificateEntry,
  type ServerCertificateRecord,
  serverCertificateArn,
  serverCertificateKey,
} from "../record/server-certificate.ts";

interface Named {
  readonly ServerCertificateName: string | undefined;
}

/** Returns the certificate with this name. @throws {ApiError} `NoSuchEntity` */
export async function findServerCertificate(
  { account, unit }: OperationContext,
  { ServerCertificateName = "" }: Named,
): Promise<ServerCertificateRecord> {
  const record = await unit.get(serverCertificateKey(account, ServerCertificateName));
  if (record === undefined) {
    throw noSuchEntity(
      `The Server Certificate with name ${ServerCertificateName} cannot be found.`,
    );
  }
  return record;
}

/** Writes the certificate's record and its list entry. */
export function saveServerCertificate(
  { account, unit }: OperationContext,
  record: ServerCertificateRecord,
): void {
  const { name, id, path, uploadedAt, expiresAt } = record;
  const key = listEntryKey<ServerCertificateEntry>(account, "server-certificates", path, name);
  unit.put(serverCertificateKey(account, name), record);
  unit.put(key, { name, id, path, uploadedAt, expiresAt }, { expect: "any" });
}

/** Deletes the certificate's list entry. */
export const deleteServerCertificateEntry = (
  { account, unit }: OperationContext,
  { path, name }: ServerCertificateRecord,
): void => unit.delete(listEntryKey(account, "server-certificates", path, name), { expect: "any" });

/**
 * Returns a certificate as the target of an operation. A missing one has an ARN too, so that a
 * refusal does not reveal whether it exists.
 */
export async function serverCertificateTarget(
  { account, unit }: OperationContext,
  { ServerCertificateName: name = "" }: Named,
): Promise<Target> {
  const record = await unit.get(serverCertificateKey(account, name));
  return {
    arn: serverCertificateArn(record ?? { account, path: "/", name }),
    resourceName: `server certificate ${name}`,
    ...(record ? { tags: record.tags } : {}),
  };
}

/** Returns the response members of a certificate, without its body and chain. */
export const describeServerCertificate = (entry: ServerCertificateEntry, account: string) => ({
  Path: entry.path,
  ServerCertificateName: entry.name,
  ServerCertificateId: entry.id,
  Arn: serverCertificateArn({ ...entry, account }),
  UploadDate: new Date(entry.uploadedAt),
  Expiration: new Date(entry.expiresAt),
});
