import { accountOfAccessKeyId } from "../access-key-id.ts";
import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";
import type { UserPrincipal } from "./user.ts";

export interface RootPrincipal {
  readonly type: "Root";
  readonly account: string;
}

export interface AccessKeyRecord {
  readonly id: string;
  readonly status: "Active" | "Inactive";
  readonly createdAt: string;
  /** Sealed, bound to `access-key/<account>/<id>`. */
  readonly sealedSecret: string;
  readonly principal: UserPrincipal | RootPrincipal;
}

export const accessKeyKey = (
  accessKeyId: string,
  managementAccount: string,
): RecordKey<AccessKeyRecord> => ({
  account: accountOfAccessKeyId(accessKeyId) ?? managementAccount,
  partition: partitionOf("key", accessKeyId),
  sort: "record",
});

export const accessKeySeal = (account: string, accessKeyId: string): string =>
  `access-key/${account}/${accessKeyId}`;
