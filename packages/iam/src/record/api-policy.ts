import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";

/** The resource policy of a protected API. Its owner, the management account, stores it. */
export interface ApiPolicyRecord {
  readonly apiId: string;
  readonly document: string;
}

/** The key of an API's resource policy. */
export const apiPolicyKey = (owner: string, apiId: string): RecordKey<ApiPolicyRecord> => ({
  account: owner,
  partition: partitionOf("api-policy", apiId),
  sort: "record",
});
