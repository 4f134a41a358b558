import {
  type AccessKeyMetadata,
  GetAccessKeyLastUsedCommand,
  ListAccessKeysCommand,
} from "@aws-sdk/client-iam";
import { iam } from "../../../api/clients.ts";

export interface AccessKey {
  readonly id: string;
  readonly isActive: boolean;
  readonly madeAt: Date | undefined;
  readonly lastUsedAt: Date | undefined;
  /** The service of the last use. */
  readonly lastService: string | undefined;
}

export async function loadKeys(
  UserName: string | undefined,
  abortSignal?: AbortSignal,
): Promise<readonly AccessKey[]> {
  const options = abortSignal && { abortSignal };
  const { AccessKeyMetadata = [] } = await iam(new ListAccessKeysCommand({ UserName }), options);
  return Promise.all(AccessKeyMetadata.map((key) => withLastUse(key, options)));
}

/** Without `iam:GetAccessKeyLastUsed`, the key is shown without its last use. */
async function withLastUse(
  { AccessKeyId = "", Status, CreateDate }: AccessKeyMetadata,
  options: { abortSignal: AbortSignal } | undefined,
): Promise<AccessKey> {
  const used = await iam(new GetAccessKeyLastUsedCommand({ AccessKeyId }), options).catch(
    () => undefined,
  );
  return {
    id: AccessKeyId,
    isActive: Status === "Active",
    madeAt: CreateDate,
    lastUsedAt: used?.AccessKeyLastUsed?.LastUsedDate,
    lastService: used?.AccessKeyLastUsed?.ServiceName,
  };
}
