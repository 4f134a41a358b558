import { accountOfAccessKeyId } from "../access-key-id.ts";
import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";
import type { UserPrincipal } from "./user.ts";

/** The root user as the owner of an access key. */
export interface RootPrincipal {
  readonly type: "Root";
  readonly account: string;
}

/** A long-term access key with a copy of its owner, so that one read authenticates a request. */
export interface AccessKeyRecord {
  readonly id: string;
  readonly status: "Active" | "Inactive";
  readonly createdAt: string;
  /** The secret access key, sealed under the associated data of `accessKeySeal`. */
  readonly sealedSecret: string;
  readonly principal: UserPrincipal | RootPrincipal;
}

/**
 * The key of an access key's record. An id that encodes no account belongs to the management
 * account.
 */
export const accessKeyKey = (
  accessKeyId: string,
  managementAccount: string,
): RecordKey<AccessKeyRecord> => ({
  account: accountOfAccessKeyId(accessKeyId) ?? managementAccount,
  partition: partitionOf("key", accessKeyId),
  sort: "record",
});

/** The associated data of a sealed secret access key. */
export const accessKeySeal = (account: string, accessKeyId: string): string =>
  `access-key/${account}/${accessKeyId}`;
