import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";

/**
 * When an access key was last used, and for which service. The `usage` function writes it from the
 * decision log.
 */
export interface AccessKeyUsage {
  /** ISO 8601. */
  readonly lastUsedAt: string;
  readonly region: string;
  /** Action prefix of the service, such as `iam`. */
  readonly serviceName: string;
}

/** The key of an access key's last use. */
export const accessKeyUsageKey = (
  account: string,
  accessKeyId: string,
): RecordKey<AccessKeyUsage> => ({
  account,
  partition: partitionOf("key-usage", accessKeyId),
  sort: "record",
});
