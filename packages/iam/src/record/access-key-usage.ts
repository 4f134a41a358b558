import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";

/** When an access key was last used and for what, as the decision log told. */
export interface AccessKeyUsage {
  /** ISO 8601. */
  readonly lastUsedAt: string;
  readonly region: string;
  /** The service's prefix in actions, such as `iam`. */
  readonly serviceName: string;
}

export const accessKeyUsageKey = (
  account: string,
  accessKeyId: string,
): RecordKey<AccessKeyUsage> => ({
  account,
  partition: partitionOf("key-usage", accessKeyId),
  sort: "record",
});
