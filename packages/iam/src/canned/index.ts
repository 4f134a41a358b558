import { type CannedPolicy, cannedPolicyOf } from "./canned-policy.ts";
import { GENERAL } from "./general.ts";

export type { CannedPolicy, CannedSource, CannedStatement } from "./canned-policy.ts";

/** Every canned policy, ordered by path and name. */
export const cannedPolicies: readonly CannedPolicy[] = [...GENERAL]
  .map(cannedPolicyOf)
  .sort((one, other) => (one.arn < other.arn ? -1 : 1));

const byArn: ReadonlyMap<string, CannedPolicy> = new Map(
  cannedPolicies.map((policy) => [policy.arn, policy]),
);

/** The canned policy of this ARN (case counts, as in every ARN), known without a read; undefined when there is none. */
export const cannedPolicy = (arn: string): CannedPolicy | undefined => byArn.get(arn);
