import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";

/** The resource policy of a protected API, kept by its owner: the management account. */
export interface ApiPolicyRecord {
  readonly apiId: string;
  readonly document: string;
}

export const apiPolicyKey = (owner: string, apiId: string): RecordKey<ApiPolicyRecord> => ({
  account: owner,
  partition: partitionOf("api-policy", apiId),
  sort: "record",
});
